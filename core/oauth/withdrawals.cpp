#include "core/oauth/withdrawals.h"

#include "core/base/logging.h"

namespace flaredeck::oauth {

using namespace Qt::Literals::StringLiterals;

namespace {

/// What the vault no longer has needs no withdrawing.
bool isWritten(const Result<> &stored)
{
    return stored || stored.error().kind == Error::Kind::NotFound;
}

} // namespace

Withdrawals::Withdrawals(store::Vault &vault)
    : m_vault(vault)
{
}

Result<> Withdrawals::endGrant(const GrantId &id, const QString &reason, Millis now,
                               const std::optional<store::AuditEvent> &cause)
{
    m_scopes.remove(id);
    m_accounts.remove(id);
    const auto stored = m_vault.grants.revoke(id, reason, now, cause);
    if (isWritten(stored))
        return {};
    m_grants.insert(id, {reason, now, cause});
    return owed(stored.error());
}

Result<> Withdrawals::endAllGrants(const QList<GrantId> &live, const QString &reason, Millis now)
{
    m_scopes.clear();
    m_accounts.clear();
    const auto stored = m_vault.grants.revokeAll(reason, now);
    if (stored)
        return {};
    for (const GrantId &id : live)
        m_grants.insert(id, {reason, now, {}});
    return owed(stored.error());
}

Result<> Withdrawals::endToken(const QByteArray &tokenHash)
{
    const auto stored = m_vault.tokens.removeAccessToken(tokenHash);
    if (isWritten(stored))
        return {};
    m_tokens.insert(tokenHash);
    return owed(stored.error());
}

Result<> Withdrawals::cutScopes(const GrantId &id, const ScopeSet &left)
{
    const auto stored = m_vault.grants.setScopes(id, left);
    if (isWritten(stored)) {
        m_scopes.remove(id);
        return {};
    }
    m_scopes.insert(id, left);
    return owed(stored.error());
}

Result<> Withdrawals::cutAccounts(const GrantId &id, const QList<AccountRef> &left)
{
    const auto stored = m_vault.grants.setAccounts(id, left);
    if (isWritten(stored)) {
        m_accounts.remove(id);
        return {};
    }
    m_accounts.insert(id, left);
    return owed(stored.error());
}

Result<> Withdrawals::owed(const Error &error)
{
    qCCritical(lcOAuth).noquote() << "a withdrawal is not durable yet:" << error.text()
                                  << error.detail;
    m_error = error;
    return fail({Error::Kind::Storage,
                 u"The access has ended, but that could not be saved: a restart would bring it "
                 "back. "_s +
                     error.message,
                 (error.action.isEmpty() ? QString() : error.action + u' ') +
                     u"Flaredeck tries again every few seconds."_s,
                 error.detail});
}

void Withdrawals::retry()
{
    if (isEmpty())
        return;
    const auto attempt = [this](const Result<> &stored) {
        if (isWritten(stored))
            return true;
        m_error = stored.error();
        return false;
    };
    m_grants.removeIf([&](const auto &entry) {
        return attempt(m_vault.grants.revoke(entry.key(), entry.value().reason, entry.value().at,
                                             entry.value().cause));
    });
    m_scopes.removeIf([&](const auto &entry) {
        return attempt(m_vault.grants.setScopes(entry.key(), entry.value()));
    });
    m_accounts.removeIf([&](const auto &entry) {
        return attempt(m_vault.grants.setAccounts(entry.key(), entry.value()));
    });
    m_tokens.removeIf(
        [&](const auto &hash) { return attempt(m_vault.tokens.removeAccessToken(hash)); });
    if (isEmpty())
        qCInfo(lcOAuth) << "all withdrawals are durable now";
}

bool Withdrawals::isEmpty() const
{
    return m_grants.isEmpty() && m_scopes.isEmpty() && m_accounts.isEmpty() && m_tokens.isEmpty();
}

QString Withdrawals::problem() const
{
    return isEmpty()
               ? QString()
               : u"Access that has ended could not be saved: a restart would bring it back. "_s +
                     m_error.text();
}

} // namespace flaredeck::oauth
