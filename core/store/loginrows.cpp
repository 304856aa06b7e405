// The Cloudflare sign-ins of the vault, and sealed secrets.

#include "core/store/columns.h"
#include "core/store/rows.h"
#include "core/store/vault.h"

using namespace Qt::StringLiterals;

namespace flaredeck::store {

namespace {

const QString kOAuth = u"oauth"_s;
const QString kApiToken = u"api_token"_s;
const QString kOk = u"ok"_s;
const QString kNeedsLogin = u"needs_login"_s;

Login readLogin(const QSqlQuery &row)
{
    Login login;
    login.id = {row.value(0).toString()};
    login.kind = row.value(1).toString() == kApiToken ? LoginKind::ApiToken : LoginKind::OAuth;
    login.state = row.value(2).toString() == kOk ? LoginState::Ok : LoginState::NeedsLogin;
    login.userId = row.value(3).toString();
    login.email = row.value(4).toString();
    login.accounts = column::toAccounts(row.value(5).toString());
    login.upstreamScopes = column::toList(row.value(6).toString());
    login.sandbox = row.value(7).toBool();
    login.createdAt = row.value(8).toLongLong();
    login.refreshedAt = row.value(9).toLongLong();
    login.expiresAt = row.value(10).toLongLong();
    return login;
}

} // namespace

QList<Login> Vault::logins()
{
    return orNothing(fetchAll(m_database,
                              u"SELECT id, kind, state, user_id, email, accounts, upstream_scopes, "
                              "sandbox, created_at, refreshed_at, expires_at FROM logins "
                              "ORDER BY created_at, id"_s,
                              {}, readLogin));
}

Result<> Vault::saveLogin(const Login &login)
{
    return change(uR"(INSERT OR REPLACE INTO logins (id, kind, state, user_id, email, accounts,
                          upstream_scopes, sandbox, created_at, refreshed_at, expires_at)
                      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))"_s,
                  {login.id.value, login.kind == LoginKind::ApiToken ? kApiToken : kOAuth,
                   login.state == LoginState::NeedsLogin ? kNeedsLogin : kOk, login.userId,
                   login.email, column::fromAccounts(login.accounts),
                   column::fromList(login.upstreamScopes), login.sandbox, login.createdAt,
                   login.refreshedAt, login.expiresAt});
}

Result<> Vault::saveLoginWithSecrets(const Login &login, const QByteArray &sealedAccess,
                                     const QByteArray &sealedRefresh)
{
    return m_database.transaction([&]() -> Result<> {
        if (const Result<> saved = saveLogin(login); !saved)
            return saved;
        if (const Result<> saved = saveSealedSecret(login.id.value, u"access"_s, sealedAccess);
            !saved)
            return saved;
        return saveSealedSecret(login.id.value, u"refresh"_s, sealedRefresh);
    });
}

Result<> Vault::removeLogin(const LoginId &id)
{
    return m_database.transaction([&]() -> Result<> {
        if (const Result<> removed = removeSecrets(id.value); !removed)
            return removed;
        return change(u"DELETE FROM logins WHERE id = ?"_s, {id.value});
    });
}

QByteArray Vault::sealedSecret(const QString &owner, const QString &name)
{
    return orNothing(fetchOne(m_database,
                              u"SELECT sealed FROM secrets WHERE owner = ? AND name = ?"_s,
                              {owner, name},
                              [](const QSqlQuery &row) { return row.value(0).toByteArray(); }))
        .value_or(QByteArray());
}

Result<> Vault::saveSealedSecret(const QString &owner, const QString &name,
                                 const QByteArray &sealed)
{
    return change(u"INSERT OR REPLACE INTO secrets (owner, name, sealed) VALUES (?, ?, ?)"_s,
                  {owner, name, sealed});
}

Result<> Vault::removeSecrets(const QString &owner)
{
    return change(u"DELETE FROM secrets WHERE owner = ?"_s, {owner});
}

} // namespace flaredeck::store
