#pragma once

#include "core/base/json.h"

#include <QByteArrayView>

#include <span>

namespace flaredeck::mcp {

/// What one protocol revision has. Revisions differ in data only: below the transports the question
/// is `traits.structuredOutput`, never which date it is.
struct Traits {
    const char *name;
    bool batches;          ///< JSON arrays of messages
    bool annotations;      ///< tool annotations
    bool progressMessage;  ///< `message` in progress notifications
    bool titles;           ///< `title` of tools and of the server
    bool structuredOutput; ///< `outputSchema` and `structuredContent`
};

/// Newest first. All of them open with `initialize`.
[[nodiscard]] std::span<const Traits> servedRevisions();
/// The served revision of that name, or nullptr.
[[nodiscard]] const Traits *findRevision(QByteArrayView name);
/// What to speak with a client that asked for `requested`: the same, or our newest.
[[nodiscard]] const Traits &negotiate(QByteArrayView requested);
/// The names as a JSON array, newest first.
[[nodiscard]] Json servedRevisionNames();

/// The first revision without `initialize` and sessions. Compared as text, as clients do, so that
/// whatever comes after it counts as modern too.
inline constexpr QByteArrayView kFirstModernRevision = "2026-07-28";
[[nodiscard]] inline bool isModern(QByteArrayView revision)
{
    return revision.compare(kFirstModernRevision) >= 0;
}

} // namespace flaredeck::mcp
