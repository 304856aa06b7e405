#include "core/store/vault/logintable.h"

using namespace Qt::StringLiterals;

namespace flaredeck::store {

namespace {

const Layout<Login> &loginLayout()
{
    using C = Column<Login>;
    static const Layout<Login> rows(
        "logins",
        {C::of<&Login::id>("id", "PRIMARY KEY"), C::of<&Login::kind>("kind"),
         C::of<&Login::state>("state"), C::of<&Login::userId>("user_id"),
         C::of<&Login::email>("email"), C::of<&Login::accounts>("accounts"),
         C::of<&Login::upstreamScopes>("upstream_scopes"), C::of<&Login::sandbox>("sandbox"),
         C::of<&Login::createdAt>("created_at"), C::of<&Login::refreshedAt>("refreshed_at"),
         C::of<&Login::expiresAt>("expires_at"), C::of<&Login::lacks>("lacks", "DEFAULT '[]'"),
         C::of<&Login::endsAt>("ends_at", "DEFAULT 0"),
         C::of<&Login::checkedAt>("checked_at", "DEFAULT 0"),
         C::of<&Login::problem>("problem", "DEFAULT ''")},
        "id");
    return rows;
}

} // namespace

Logins::Logins(Database &database, Keys &keys)
    : Table(database, loginLayout())
    , m_keys(keys)
{
}

QStringList Logins::addHealth()
{
    return {u"ALTER TABLE logins ADD COLUMN lacks TEXT NOT NULL DEFAULT '[]'"_s,
            u"ALTER TABLE logins ADD COLUMN ends_at INTEGER NOT NULL DEFAULT 0"_s,
            u"ALTER TABLE logins ADD COLUMN checked_at INTEGER NOT NULL DEFAULT 0"_s,
            u"ALTER TABLE logins ADD COLUMN problem TEXT NOT NULL DEFAULT ''"_s};
}

QList<Login> Logins::all()
{
    return orNothing(select(u"ORDER BY created_at, id"_s));
}

Result<> Logins::save(const Login &login, const QList<SealedSecret> &secrets)
{
    return m_database.transaction([&]() -> Result<> {
        for (const SealedSecret &secret : secrets) {
            if (const Result<> saved = m_keys.saveSecret(secret); !saved)
                return saved;
        }
        return save(login);
    });
}

Result<> Logins::remove(const LoginId &id)
{
    return m_database.transaction([&]() -> Result<> {
        const Result<> removed = m_keys.removeSecrets(id.value);
        return removed ? Table::remove(id.value) : removed;
    });
}

} // namespace flaredeck::store
