#pragma once

#include "core/store/vault/keytable.h"

namespace flaredeck::store {

/// The logins of the vault.
class Logins : Table<Login>
{
public:
    Logins(Database &database, Keys &keys);
    using Table::create;
    /// Adds to a table of format 2 what it knows of a sign-in's health.
    [[nodiscard]] static QStringList addHealth();

    [[nodiscard]] QList<Login> all(); ///< oldest first
    using Table::save;
    /// Saves the login and its sealed secrets in one transaction.
    Result<> save(const Login &login, const QList<SealedSecret> &secrets);
    Result<> remove(const LoginId &id); ///< also removes its sealed secrets

private:
    Keys &m_keys;
};

} // namespace flaredeck::store
