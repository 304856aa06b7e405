#pragma once

#include <QByteArray>
#include <QString>

namespace flaredeck::sandbox {

/// An OAuth client that is registered with the stand-in.
struct OAuthClient {
    QString id;
    QString name;
    QByteArray secret; ///< empty = public client

    [[nodiscard]] bool isPublic() const { return secret.isEmpty(); }
};

namespace oauthclients {

[[nodiscard]] const OAuthClient *find(const QString &id);

/// http://localhost or http://127.0.0.1, any port, path exactly /oauth/callback. Cloudflare itself
/// wants the port registered too; here any will do, so that the app can be tried on any port.
[[nodiscard]] bool mayRedirectTo(const QString &redirectUri);

} // namespace oauthclients
} // namespace flaredeck::sandbox
