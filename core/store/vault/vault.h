#pragma once

#include "core/base/clockwatch.h"
#include "core/store/vault/approvaltable.h"
#include "core/store/vault/clienttable.h"
#include "core/store/vault/granttable.h"
#include "core/store/vault/logintable.h"
#include "core/store/vault/outbox.h"
#include "core/store/vault/remotetable.h"
#include "core/store/vault/ruletable.h"
#include "core/store/vault/sessiontable.h"
#include "core/store/vault/tasktable.h"
#include "core/store/vault/tokentable.h"

#include <memory>

namespace flaredeck::store {

constexpr int kVaultFormat = 3;

/// The durable database: who may do what, and its audit trail. Core thread.
class Vault
{
    Database m_database;
    const Clock &m_clock;
    const ClockWatch m_time;

public:
    static Result<std::unique_ptr<Vault>> open(const QString &file, const Clock &clock);
    /// Permanently marks a new vault as the sandbox's or the provider's; fails when it has the
    /// other mark.
    Result<> claim(bool sandbox);
    /// Deletes what has ended long ago, and the oldest rows of the trail; Clients::purge() deletes
    /// clients. Does nothing until ClockWatch trusts the clock.
    Result<> purge();
    /// Its olderThan() decides all deletions by age.
    [[nodiscard]] const ClockWatch &time() const { return m_time; }
    [[nodiscard]] const Clock &clock() const { return m_clock; }

    AuditTrail audit;
    Clients clients;
    Tokens tokens;
    Grants grants;
    Approvals approvals;
    Keys keys;
    Logins logins;
    Sessions sessions;
    Tasks tasks;
    Rules rules;
    Remotes remotes;
    Outbox outbox; ///< what could not be written yet

private:
    Vault(Database database, const Clock &clock);
};

} // namespace flaredeck::store
