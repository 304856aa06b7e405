#pragma once

#include "core/base/json.h"

#include <QByteArrayView>

namespace flaredeck::mcp {

/// What one protocol revision has. Revisions differ in data only: below the transports the question
/// is `traits.structuredOutput`, never which date it is.
struct Traits {
    const char *name;
    bool stateless;        ///< no initialize, no session: each request says all about itself
    bool batches;          ///< JSON arrays of messages
    bool annotations;      ///< tool annotations
    bool progressMessage;  ///< `message` in progress notifications
    bool titles;           ///< `title` of tools and of the server
    bool structuredOutput; ///< `outputSchema` and `structuredContent`
    bool audio;            ///< blocks of sound
    bool resourceLinks;    ///< blocks that name a resource
    bool primes;           ///< streams begin with an event to come back with
};

/// The served revision of that name that opens with `initialize`, or nullptr.
[[nodiscard]] const Traits *findRevision(QByteArrayView name);
/// The served stateless revision of that name, or nullptr.
[[nodiscard]] const Traits *findStateless(QByteArrayView name);
/// What to speak with a client whose `initialize` asked for `requested`: the same, or the newest
/// that has it.
[[nodiscard]] const Traits &negotiate(QByteArrayView requested);
/// The names of all served revisions as a JSON array, newest first.
[[nodiscard]] Json servedRevisionNames();
/// Of those the stateless ones only.
[[nodiscard]] Json statelessRevisionNames();

/// The first revision without `initialize` and sessions. Compared as text, as clients do, so that
/// whatever comes after it counts as modern too.
inline constexpr QByteArrayView kFirstModernRevision = "2026-07-28";
[[nodiscard]] inline bool isModern(QByteArrayView revision)
{
    return revision.compare(kFirstModernRevision) >= 0;
}

} // namespace flaredeck::mcp
