#pragma once

#include <QHashFunctions>
#include <QList>
#include <QMetaType>
#include <QString>

#include <compare>
#include <memory>
#include <set>

namespace flaredeck {

/// A typed id, so that a client id cannot be passed as a grant id.
template <typename Tag>
struct Id {
    QString value;

    [[nodiscard]] bool isEmpty() const { return value.isEmpty(); }
    auto operator<=>(const Id &) const = default;
    bool operator==(const Id &) const = default;
};

template <typename Tag>
size_t qHash(const Id<Tag> &id, size_t seed = 0)
{
    return qHash(id.value, seed);
}

using ClientId = Id<struct ClientTag>; ///< an MCP client registered with our authorization server
using GrantId = Id<struct GrantTag>;   ///< what one client may do with one login
using LoginId = Id<struct LoginTag>;   ///< one stored account at the provider

/// Names of our own scopes ("workers:read"), sorted.
using ScopeSet = std::set<QString>;

/// An account that a login can access.
struct AccountRef {
    QString id;
    QString name;

    bool operator==(const AccountRef &) const = default;
};

/// Who is calling: the value that every authenticated request carries. Immutable; when a grant
/// changes, a new one replaces it.
struct CallerIdentity {
    GrantId grant;
    ClientId client;
    QString clientName;
    LoginId login;
    ScopeSet scopes;
    QList<AccountRef> accounts; ///< the accounts the grant covers, never more than the login's

    bool operator==(const CallerIdentity &) const = default;
};

using CallerPtr = std::shared_ptr<const CallerIdentity>;

} // namespace flaredeck
