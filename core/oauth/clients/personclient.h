#pragma once

#include "core/base/result.h"
#include "core/store/values.h"

/// Clients that a person adds by hand, under the same rules as those that register (RFC 7591).
/// Pure.
namespace flaredeck::oauth::personclient {

struct Draft {
    QString name;
    QStringList redirectUris;
    bool confidential = false; ///< it keeps a secret, as programs on a server do
};

/// What the person takes to the client.
struct Added {
    ClientId id;
    QByteArray secret; ///< empty for public clients; only its hash is kept
};

/// What is wrong with a redirect URI, for the person who types it; empty when nothing is.
[[nodiscard]] QString problemOf(const QString &redirectUri, quint16 ownPort);

/// The client without id, secret and times, or the first thing that is wrong.
[[nodiscard]] Result<store::Client> make(const Draft &draft, quint16 ownPort);

} // namespace flaredeck::oauth::personclient
