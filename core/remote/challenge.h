#pragma once

#include <QByteArray>
#include <QStringList>
#include <QUrl>

namespace flaredeck::remote {

/// What a server says with its 401 or 403: WWW-Authenticate of the scheme Bearer (RFC 6750 §3, RFC
/// 9728 §5.1).
struct Challenge {
    QUrl resourceMetadata; ///< invalid = not given
    QString error;         ///< "invalid_token", "insufficient_scope"; empty = not given
    QStringList scopes;    ///< all that the request needs; empty = not given

    /// Reads the first challenge of the scheme Bearer; empty when there is none. Pure.
    [[nodiscard]] static Challenge parse(const QByteArray &wwwAuthenticate);

    /// The person has to allow more than before.
    [[nodiscard]] bool wantsMore() const
    {
        return error == QLatin1String("insufficient_scope") && !scopes.isEmpty();
    }
    bool operator==(const Challenge &) const = default;
};

} // namespace flaredeck::remote
