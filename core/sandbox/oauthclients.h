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

/// The stand-in's fixed credentials. They are valid nowhere else.
namespace oauthclients {

inline const QString kPublicClientId = QStringLiteral("c1a7f0d2e3b44c5596a8b7c6d5e4f301");
inline const QString kConfidentialClientId = QStringLiteral("d2b8a1e3f4c55d66a7b9c8d7e6f50412");
inline const QByteArray kConfidentialClientSecret =
    QByteArrayLiteral("sandbox-secret-nothing-behind-it");
inline const QByteArray kApiToken = QByteArrayLiteral("cfut_sandbox_demo_token_nothing_behind_it");

[[nodiscard]] const OAuthClient *find(const QString &id);

/// http://localhost or http://127.0.0.1, any port, path exactly /oauth/callback. Cloudflare itself
/// also requires a registered port; the stand-in accepts any, so that the app can be tried on any
/// port.
[[nodiscard]] bool mayRedirectTo(const QString &redirectUri);

} // namespace oauthclients
} // namespace flaredeck::sandbox
