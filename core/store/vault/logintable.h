#pragma once

#include "core/store/vault/keytable.h"

namespace flaredeck::store {

/// The sign-ins of the vault.
class Logins : Table<Login>
{
public:
    Logins(Database &database, Keys &keys);
    using Table::create;

    [[nodiscard]] QList<Login> all(); ///< oldest first
    using Table::save;
    /// With what is sealed of it, in one transaction.
    Result<> save(const Login &login, const QList<SealedSecret> &secrets);
    Result<> remove(const LoginId &id); ///< with its sealed secrets

private:
    Keys &m_keys;
};

} // namespace flaredeck::store
