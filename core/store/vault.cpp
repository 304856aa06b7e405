#include "core/store/vault.h"

#include "core/store/auditlog.h"
#include "core/store/vaultschema.h"

using namespace Qt::StringLiterals;

namespace flaredeck::store {

namespace {

constexpr Millis kHour = 3600LL * 1000;
constexpr Millis kDay = 24 * kHour;

// How long things outlive their end, and how many clients may register.
constexpr Millis kUnusedCodeKept = kDay;
constexpr Millis kCodeOfEndedGrantKept = kDay;
constexpr Millis kAccessTokenKept = kHour;
constexpr Millis kRevokedGrantKept = 30 * kDay; // so that the reuse of its tokens is recognised
constexpr Millis kExpiredGrantKept = 7 * kDay;
constexpr int kMostClients = 200; // without a live grant
constexpr Millis kUnseenSessionKept = 7 * kDay;
constexpr Millis kTaskKept = 24LL * 3600 * 1000; ///< longer than clients are told

} // namespace

Vault::Vault(Database database, const Clock &clock)
    : m_database(std::move(database))
    , m_clock(&clock)
    , m_time(std::make_unique<const ClockWatch>(clock))
{
}

Result<Vault> Vault::open(const QString &file, const Clock &clock)
{
    Result<Database> database = Database::open(file, Database::Durability::Full);
    if (!database)
        return fail(database.error());
    // Grants must not be handed out from half a file; the vault is small, so this is quick.
    if (const Result<> sound = database->checkIntegrity(); !sound)
        return fail(sound.error());
    if (const Result<> isSetUp = database->setUp(kVaultFormat, vaultTables()); !isSetUp)
        return fail(isSetUp.error());
    Vault vault(*std::move(database), clock);
    // Their number needs no clock.
    if (const auto gone = vault.purgeClients(0, 0, kMostClients); !gone)
        return fail(gone.error());
    return vault;
}

Result<> Vault::purge()
{
    const auto olderThan = [this](Millis age) { return m_time->olderThan(age); };
    if (olderThan(0) == 0)
        return {};
    return transaction([&]() -> Result<> {
        const std::pair<QString, QVariantList> steps[] = {
            // A grant whose code was never redeemed has no token that could use it.
            {uR"(DELETE FROM grants WHERE revoked_at = 0
                 AND EXISTS (SELECT 1 FROM codes WHERE grant_id = grants.id AND expires_at < ?)
                 AND NOT EXISTS (SELECT 1 FROM codes
                                 WHERE grant_id = grants.id AND (used_at > 0 OR expires_at >= ?)))"_s,
             {olderThan(kUnusedCodeKept), olderThan(kUnusedCodeKept)}},
            {u"DELETE FROM grants WHERE revoked_at > 0 AND revoked_at < ?"_s,
             {olderThan(kRevokedGrantKept)}},
            {u"DELETE FROM grants WHERE expires_at > 0 AND expires_at < ?"_s,
             {olderThan(kExpiredGrantKept)}},
            {u"DELETE FROM codes WHERE used_at = 0 AND expires_at < ?"_s,
             {olderThan(kUnusedCodeKept)}},
            {uR"(DELETE FROM codes WHERE grant_id IN (SELECT id FROM grants
                 WHERE (revoked_at > 0 AND revoked_at < ?) OR (expires_at > 0 AND expires_at < ?)))"_s,
             {olderThan(kCodeOfEndedGrantKept), olderThan(kCodeOfEndedGrantKept)}},
            {u"DELETE FROM approvals WHERE expires_at > 0 AND expires_at < ?"_s, {olderThan(0)}},
            // One that was dated by a wrong clock a moment ago may be in use.
            {uR"(DELETE FROM access_tokens WHERE expires_at < ?
                 AND NOT (boot = ? AND issued + (expires_at - created_at) > ?))"_s,
             {olderThan(kAccessTokenKept), ClockWatch::boot(), m_clock->monotonic()}},
            {u"DELETE FROM sessions WHERE last_seen_at < ?"_s, {olderThan(kUnseenSessionKept)}},
            {u"DELETE FROM tasks WHERE created_at < ?"_s, {olderThan(kTaskKept)}},
        };
        for (const auto &[sql, values] : steps) {
            if (const Result<> done = change(sql, values); !done)
                return done;
        }
        return auditlog::pruneOld(m_database, olderThan(audit::kKeptFor), m_clock->now());
    });
}

Result<> Vault::change(const QString &sql, const QVariantList &values)
{
    if (const Result<QSqlQuery *> query = m_database.run(sql, values); !query)
        return fail(query.error());
    return {};
}

} // namespace flaredeck::store
