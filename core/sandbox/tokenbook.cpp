#include "core/sandbox/tokenbook.h"

#include "core/base/crypto.h"
#include "core/base/json.h"
#include "core/base/logging.h"
#include "core/base/ownfile.h"
#include "core/sandbox/inventory.h"
#include "core/sandbox/oauthclients.h"

#include <QFile>
#include <QSaveFile>

#include <limits>

using namespace Qt::StringLiterals;

namespace flaredeck::sandbox {

namespace {

constexpr Millis kSecond = 1000;
constexpr Millis kNever = std::numeric_limits<Millis>::max();
constexpr qint64 kMostBytes = 16LL * 1024 * 1024; ///< of the file

tl::unexpected<OAuthError> invalidGrant(const QString &description)
{
    return tl::unexpected<OAuthError>(OAuthError{u"invalid_grant"_s, description});
}

Json toJson(const Agreement &agreement)
{
    return {{"client", agreement.clientId},
            {"scopes", agreement.scopes.join(u' ')},
            {"accounts", agreement.accounts.join(u' ')}};
}

Agreement agreementOf(const Json &stored)
{
    const auto words = [&stored](const char *key) {
        return json::stringAt(stored, key).value_or(QString()).split(u' ', Qt::SkipEmptyParts);
    };
    return {json::stringAt(stored, "client").value_or(QString()), words("scopes"),
            words("accounts")};
}

} // namespace

bool Agreement::has(const QString &scope) const
{
    const auto read = ".read"_L1;
    return scope.isEmpty() || scopes.contains(scope) ||
           (scope.endsWith(read) && scopes.contains(scope.chopped(read.size()) + ".write"_L1));
}

TokenBook::TokenBook(const Clock &clock, int accessTokenSeconds, QString file)
    : m_clock(clock)
    , m_accessTokenSeconds(accessTokenSeconds)
    , m_file(std::move(file))
{
    load();
    for (const inventory::UpstreamScope &scope : inventory::scopes())
        m_apiTokenAgreement.scopes << scope.id;
    for (const inventory::Account &account : inventory::accounts())
        m_apiTokenAgreement.accounts << account.id;
}

QByteArray TokenBook::issueCode(const Agreement &agreement, const CodeBinding &binding)
{
    const quint64 id = m_nextAgreement++;
    m_agreements.insert(id, agreement);
    const QByteArray code = "cfoac_" + crypto::randomToken();
    m_codes.insert(code, {id, binding, m_clock.now() + kCodeSeconds * kSecond, false});
    return code;
}

TokenBook::Answer<IssuedTokens> TokenBook::redeemCode(const QString &clientId,
                                                      const QByteArray &code,
                                                      const QString &redirectUri,
                                                      const QByteArray &verifier)
{
    const auto found = m_codes.find(code);
    if (found == m_codes.end())
        return invalidGrant(u"The authorization code is not known"_s);
    const quint64 agreement = found->agreement;
    if (found->used) {
        // RFC 6749 §4.1.2: a second use means that the code leaked, so the tokens it gave are
        // revoked as well.
        forget(agreement);
        return invalidGrant(u"The authorization code was used before"_s);
    }
    if (m_clock.now() >= found->expiresAt)
        return invalidGrant(u"The authorization code has expired"_s);
    if (m_agreements.value(agreement).clientId != clientId)
        return invalidGrant(u"The authorization code belongs to another client"_s);
    if (found->binding.redirectUri != redirectUri)
        return invalidGrant(u"redirect_uri differs from the authorization request"_s);
    if (!found->binding.challenge.isEmpty() &&
        !crypto::equalInConstantTime(crypto::pkceChallenge(verifier), found->binding.challenge))
        return invalidGrant(u"code_verifier does not match the code challenge"_s);

    found->used = true;
    return issueTokens(agreement);
}

TokenBook::Answer<IssuedTokens> TokenBook::refresh(const QString &clientId,
                                                   const QByteArray &refreshToken)
{
    const auto found = m_refreshTokens.constFind(crypto::sha256(refreshToken));
    if (found == m_refreshTokens.constEnd())
        return invalidGrant(u"The refresh token is not known, was used before or was revoked"_s);
    const quint64 agreement = *found;
    if (m_agreements.value(agreement).clientId != clientId)
        return invalidGrant(u"The refresh token belongs to another client"_s);
    m_refreshTokens.erase(found);
    return issueTokens(agreement);
}

void TokenBook::revoke(const QString &clientId, const QByteArray &token)
{
    const QByteArray hash = crypto::sha256(token);
    quint64 agreement = m_refreshTokens.value(hash, 0);
    if (agreement == 0)
        agreement = m_accessTokens.value(hash).agreement;
    if (agreement != 0 && m_agreements.value(agreement).clientId == clientId)
        forget(agreement);
}

QByteArray TokenBook::issueApiToken(const Agreement &agreement, bool ofAccount, Millis endsAt)
{
    const quint64 id = m_nextAgreement++;
    m_agreements.insert(id, agreement);
    const QByteArray token = (ofAccount ? "cfat_" : "cfut_") + crypto::randomToken();
    m_accessTokens.insert(crypto::sha256(token), {id, endsAt > 0 ? endsAt : kNever});
    store();
    return token;
}

Millis TokenBook::endOfApiToken(const QByteArray &token) const
{
    const Millis end = m_accessTokens.value(crypto::sha256(token)).expiresAt;
    return end == kNever ? 0 : end;
}

const Agreement *TokenBook::bearer(const QByteArray &accessToken) const
{
    if (crypto::equalInConstantTime(accessToken, oauthclients::kApiToken))
        return &m_apiTokenAgreement;
    const auto token = m_accessTokens.constFind(crypto::sha256(accessToken));
    if (token == m_accessTokens.constEnd() || m_clock.now() >= token->expiresAt)
        return nullptr;
    const auto agreement = m_agreements.constFind(token->agreement);
    return agreement == m_agreements.constEnd() ? nullptr : &*agreement;
}

void TokenBook::expire(const QByteArray &accessToken)
{
    m_accessTokens.remove(crypto::sha256(accessToken));
    store();
}

IssuedTokens TokenBook::issueTokens(quint64 agreement)
{
    const Millis now = m_clock.now();
    m_accessTokens.removeIf([now](const auto &entry) { return entry.value().expiresAt <= now; });

    IssuedTokens issued;
    issued.scopes = m_agreements.value(agreement).scopes;
    issued.expiresInSeconds = m_accessTokenSeconds;
    issued.accessToken = "cfoat_" + crypto::randomToken();
    m_accessTokens.insert(crypto::sha256(issued.accessToken),
                          {agreement, now + m_accessTokenSeconds * kSecond});
    if (issued.scopes.contains("offline_access"_L1)) {
        issued.refreshToken = "cfort_" + crypto::randomToken();
        m_refreshTokens.insert(crypto::sha256(issued.refreshToken), agreement);
    }
    store();
    return issued;
}

void TokenBook::forget(quint64 agreement)
{
    m_agreements.remove(agreement);
    m_accessTokens.removeIf(
        [agreement](const auto &entry) { return entry.value().agreement == agreement; });
    m_refreshTokens.removeIf([agreement](const auto &entry) { return entry.value() == agreement; });
    store();
}

void TokenBook::load()
{
    if (m_file.isEmpty())
        return;
    const auto content = readSmallFile(m_file, kMostBytes, FileOf::Us);
    if (!content) {
        if (content.error().kind != Error::Kind::NotFound)
            qCWarning(lcSandbox).noquote() << content.error().text();
        return;
    }
    const auto stored = json::parse(*content);
    const Json *agreements = stored ? json::find(*stored, "agreements") : nullptr;
    if (!agreements || !agreements->is_object())
        return;
    for (const auto &[key, value] : agreements->items()) {
        const quint64 id = QByteArray::fromStdString(key).toULongLong();
        m_agreements.insert(id, agreementOf(value));
        m_nextAgreement = qMax(m_nextAgreement, id + 1);
        for (const QString &hash : json::stringsAt(value, "refresh"))
            m_refreshTokens.insert(QByteArray::fromHex(hash.toLatin1()), id);
        const Json *access = json::find(value, "access");
        if (!access || !access->is_object())
            continue;
        for (const auto &[hash, expiresAt] : access->items()) {
            if (expiresAt.is_number_integer())
                m_accessTokens.insert(QByteArray::fromHex(QByteArray::fromStdString(hash)),
                                      {id, expiresAt.get<Millis>()});
        }
    }
}

void TokenBook::store() const
{
    if (m_file.isEmpty())
        return;
    Json agreements = Json::object();
    for (auto it = m_agreements.cbegin(); it != m_agreements.cend(); ++it)
        agreements[std::to_string(it.key())] = toJson(it.value());
    for (auto it = m_refreshTokens.cbegin(); it != m_refreshTokens.cend(); ++it)
        agreements[std::to_string(it.value())]["refresh"].push_back(it.key().toHex().toStdString());
    for (auto it = m_accessTokens.cbegin(); it != m_accessTokens.cend(); ++it)
        agreements[std::to_string(it->agreement)]["access"][it.key().toHex().toStdString()] =
            it->expiresAt;
    // Otherwise a link's target would be overwritten.
    if (const Result<> own = requireOwnFile(m_file); !own) {
        qCWarning(lcSandbox).noquote()
            << "The sandbox's tokens are not kept:" << own.error().text();
        return;
    }
    QSaveFile file(m_file);
    if (!file.open(QIODevice::WriteOnly) ||
        !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner) ||
        file.write(json::print({{"agreements", agreements}})) < 0 || !file.commit())
        qCWarning(lcSandbox).noquote()
            << "The sandbox's tokens are not kept:" << file.errorString();
}

} // namespace flaredeck::sandbox
