#pragma once

#include "core/base/clock.h"

#include <QByteArray>
#include <QHash>
#include <QString>
#include <QStringList>

#include <tl/expected.hpp>

namespace flaredeck::sandbox {

/// An error answer of the token endpoint (RFC 6749 §5.2).
struct OAuthError {
    QString code;
    QString description;
    int status = 400;
};

/// What a person agreed to on the sandbox's consent page.
struct Agreement {
    QString clientId;
    QStringList scopes;
    QStringList accounts; ///< ids

    /// Whether the agreement contains the scope, or the write scope that includes it. Always true
    /// for an empty scope.
    [[nodiscard]] bool has(const QString &scope) const;

    bool operator==(const Agreement &) const = default;
};

/// What an authorization code is bound to.
struct CodeBinding {
    QString redirectUri;
    QByteArray challenge; ///< S256; empty only for a client with a secret
};

struct IssuedTokens {
    QByteArray accessToken;
    QByteArray refreshToken; ///< empty without offline_access
    int expiresInSeconds = 0;
    QStringList scopes;
};

/// The token rules of the stand-in: single-use codes, expiring access tokens, rotating refresh
/// tokens. With a file, issued tokens stay valid after a restart; the file contains only hashes.
class TokenBook
{
public:
    static constexpr int kCodeSeconds = 600;

    /// `file` may be empty: then a restart ends every sign-in, as if Cloudflare had revoked it.
    TokenBook(const Clock &clock, int accessTokenSeconds, QString file = {});

    [[nodiscard]] QByteArray issueCode(const Agreement &agreement, const CodeBinding &binding);

    template <typename T>
    using Answer = tl::expected<T, OAuthError>;
    [[nodiscard]] Answer<IssuedTokens> redeemCode(const QString &clientId, const QByteArray &code,
                                                  const QString &redirectUri,
                                                  const QByteArray &verifier);
    [[nodiscard]] Answer<IssuedTokens> refresh(const QString &clientId,
                                               const QByteArray &refreshToken);
    /// Either token ends the whole agreement; an unknown token is no error (RFC 7009 §2.2).
    void revoke(const QString &clientId, const QByteArray &token);

    /// A token of what was agreed to that is not refreshed. `endsAt` 0 = it does not end.
    [[nodiscard]] QByteArray issueApiToken(const Agreement &agreement, bool ofAccount,
                                           Millis endsAt);
    /// When an API token ends; 0 = never.
    [[nodiscard]] Millis endOfApiToken(const QByteArray &token) const;
    /// The agreement of a live access token or of the fixed API token; null for another token.
    [[nodiscard]] const Agreement *bearer(const QByteArray &accessToken) const;
    /// Expires one access token early; its refresh token stays valid.
    void expire(const QByteArray &accessToken);

private:
    struct Code {
        quint64 agreement = 0;
        CodeBinding binding;
        Millis expiresAt = 0;
        bool used = false;
    };
    struct Access {
        quint64 agreement = 0;
        Millis expiresAt = 0;
    };

    IssuedTokens issueTokens(quint64 agreement);
    void forget(quint64 agreement);
    void load();
    void store() const;

    const Clock &m_clock;
    const int m_accessTokenSeconds;
    const QString m_file;
    quint64 m_nextAgreement = 1;
    QHash<quint64, Agreement> m_agreements;
    QHash<QByteArray, Code> m_codes;
    QHash<QByteArray, Access> m_accessTokens;   ///< by SHA-256
    QHash<QByteArray, quint64> m_refreshTokens; ///< by SHA-256
    Agreement m_apiTokenAgreement;
};

} // namespace flaredeck::sandbox
