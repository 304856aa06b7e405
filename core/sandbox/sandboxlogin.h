#pragma once

#include "core/http/httpmessage.h"
#include "core/sandbox/oauthclients.h"
#include "core/sandbox/tokenbook.h"

#include <QHash>

namespace flaredeck::sandbox {

/// The sign-in pages of the stand-in: GET /oauth2/auth, then two forms (who, and what may be done),
/// then the redirect to the client with a code or an error.
class SandboxLogin
{
public:
    SandboxLogin(TokenBook &tokens, const Clock &clock, bool autoApprove);

    [[nodiscard]] http::Response authorize(const http::Request &request); ///< GET /oauth2/auth
    [[nodiscard]] http::Response signIn(const http::Request &request);    ///< POST /oauth2/signin
    [[nodiscard]] http::Response consent(const http::Request &request);   ///< POST /oauth2/consent

private:
    /// One authorization request on its way through the pages.
    struct Flow {
        const OAuthClient *client = nullptr;
        QString redirectUri;
        QString state;
        QByteArray challenge;
        QStringList scopes;
        bool signedIn = false;
        Millis expiresAt = 0;
    };

    /// What is wrong with the request, apart from the redirect URI, which was checked before.
    struct Refusal {
        QString error;
        QString description;
    };
    static tl::expected<Flow, Refusal> check(const http::Form &query, const OAuthClient &client);

    [[nodiscard]] http::Response redirectWithCode(int status, const Flow &flow,
                                                  const QStringList &scopes,
                                                  const QStringList &accounts);
    [[nodiscard]] static http::Response redirectWithError(int status, const QString &redirectUri,
                                                          const QString &state,
                                                          const Refusal &refusal);
    [[nodiscard]] Flow *find(const http::Form &form);

    TokenBook &m_tokens;
    const Clock &m_clock;
    const bool m_autoApprove;
    QHash<QString, Flow> m_flows;
};

} // namespace flaredeck::sandbox
