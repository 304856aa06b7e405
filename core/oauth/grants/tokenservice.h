#pragma once

#include "core/base/secret.h"
#include "core/oauth/consent/authorizerequest.h"
#include "core/oauth/consent/loginsource.h"
#include "core/oauth/endpoints/oautherror.h"
#include "core/oauth/grants/grantbook.h"
#include "core/oauth/grants/refreshtoken.h"
#include "core/prompt/prompter.h"

#include <QSet>

#include <functional>
#include <vector>

namespace flaredeck::oauth {

/// Codes, access tokens and refresh tokens: issue, redeem, rotate, revoke. Replays end the grant.
class TokenService
{
public:
    static constexpr Millis kAccessLifetime = 3600LL * 1000;

    /// What seals the successors of refresh tokens; empty while the vault is closed.
    using KeySource = std::function<Secret()>;

    /// `person` is warned of replays.
    TokenService(store::Vault &vault, GrantBook &grants, LoginSource &logins, Prompter &person,
                 KeySource key);

    /// Stores the grant with a code for this request; the code goes to the client's redirect URI.
    Result<QByteArray> issueCode(const store::Grant &grant, const AuthorizeRequest &request,
                                 const store::AuditPeer &peer = {});

    /// Stores a grant whose client needs no token: the system tells who it is.
    Result<> give(const store::Grant &grant, const store::AuditPeer &peer, const QString &asker);

    struct Tokens {
        QByteArray access;
        QByteArray refresh; ///< empty when the client did not register for it
        qint64 expiresInSeconds = 0;
        ScopeSet scopes;
        QStringList resources;
    };

    struct CodeExchange {
        store::Client client;
        QByteArray code;
        QByteArray verifier;
        std::optional<QString> redirectUri;
        QStringList resources; ///< canonical; empty = those of the code
        store::AuditPeer peer = {};
    };
    Answer<Tokens> redeem(const CodeExchange &exchange);

    struct Refresh {
        store::Client client;
        QByteArray token;
        std::optional<QString> scope;
        QStringList resources;
        store::AuditPeer peer = {};
    };
    /// Who comes with the same refresh token at the same time gets the same tokens, however many
    /// they are.
    Answer<Tokens> refresh(const Refresh &request);

    // Whether the client holds this code or refresh token, or held it once. Cheap, changes nothing.
    [[nodiscard]] bool knowsCode(const ClientId &client, const QByteArray &code);
    [[nodiscard]] bool knowsRefreshToken(const ClientId &client, const QByteArray &token);

    /// RFC 7009: a refresh token ends the grant, an access token itself only, others' tokens
    /// nothing. An error of the kind Storage says that the token could not be looked at or its end
    /// not be saved: the client has to try again.
    Result<> revoke(const ClientId &client, const QByteArray &token);

    /// Retires refresh tokens whose successor has been used.
    void retireUsed();

private:
    /// What a refresh gave, for those who come with the same token a moment later.
    struct Given {
        store::AccessToken token;
        Secret access;
        QString program; ///< that was here first
        Millis at = 0;
    };
    /// By the state of its grant.
    [[nodiscard]] Rotation verdict(const RefreshToken &presented, const store::RefreshState &state,
                                   int usedGeneration);
    [[nodiscard]] std::optional<Tokens> repeat(const GrantBook::Live &live,
                                               const RefreshToken &current,
                                               const QStringList &resources,
                                               const store::AuditPeer &peer);
    void keepGiven(const store::AccessToken &access, const QByteArray &clear,
                   const QString &program);
    void forgetGiven();
    [[nodiscard]] store::AccessToken newAccess(const GrantBook::Live &live,
                                               const QStringList &resources, int refreshGeneration,
                                               QByteArray &clear) const;
    [[nodiscard]] Tokens answer(const store::Grant &grant, const store::AccessToken &access,
                                const QByteArray &clear, const QByteArray &refresh) const;
    /// What the code is good for in this exchange.
    Answer<QStringList> checkCode(const CodeExchange &exchange,
                                  const store::AuthorizationCode &code);
    void endReplayed(const GrantId &id, const QString &what, const store::AuditPeer &peer);
    void warnOfReplay(const QString &client, const QString &what,
                      const store::AuditPeer &peer) const;

    store::Vault &m_vault;
    GrantBook &m_grants;
    LoginSource &m_logins;
    Prompter &m_person;
    KeySource m_key;
    std::vector<Given> m_given; ///< oldest first, of the last minute
    QSet<GrantId> m_unretired;  ///< grants whose token before the current one may still be in use
};

} // namespace flaredeck::oauth
