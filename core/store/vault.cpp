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
constexpr Millis kNeverAuthorizedClientKept = kDay;
constexpr Millis kUnusedClientKept = 90 * kDay;
constexpr int kMostClients = 200; // without a live grant
constexpr Millis kUnseenSessionKept = 7 * kDay;
constexpr Millis kTaskKept = 24LL * 3600 * 1000; ///< longer than clients are told

} // namespace

Vault::Vault(Database database, const Clock &clock)
    : m_database(std::move(database))
    , m_clock(&clock)
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
    if (const Result<> migrated = database->migrate(vaultMigrations()); !migrated)
        return fail(migrated.error());
    Vault vault(*std::move(database), clock);
    if (const Result<> purged = vault.purgeExpired(); !purged)
        return fail(purged.error());
    return vault;
}

Result<> Vault::purgeExpired()
{
    const Millis now = m_clock->now();
    const Result<> purged = transaction([&]() -> Result<> {
        const std::pair<QString, QVariantList> steps[] = {
            // A grant whose code was never redeemed has no token that could use it.
            {uR"(DELETE FROM grants WHERE revoked_at = 0
                 AND EXISTS (SELECT 1 FROM codes WHERE grant_id = grants.id AND expires_at < ?)
                 AND NOT EXISTS (SELECT 1 FROM codes
                                 WHERE grant_id = grants.id AND (used_at > 0 OR expires_at >= ?)))"_s,
             {now - kUnusedCodeKept, now - kUnusedCodeKept}},
            {u"DELETE FROM grants WHERE revoked_at > 0 AND revoked_at < ?"_s,
             {now - kRevokedGrantKept}},
            {u"DELETE FROM grants WHERE expires_at > 0 AND expires_at < ?"_s,
             {now - kExpiredGrantKept}},
            {u"DELETE FROM codes WHERE used_at = 0 AND expires_at < ?"_s, {now - kUnusedCodeKept}},
            {uR"(DELETE FROM codes WHERE grant_id IN (SELECT id FROM grants
                 WHERE (revoked_at > 0 AND revoked_at < ?) OR (expires_at > 0 AND expires_at < ?)))"_s,
             {now - kCodeOfEndedGrantKept, now - kCodeOfEndedGrantKept}},
            {u"DELETE FROM approvals WHERE expires_at > 0 AND expires_at < ?"_s, {now}},
            {u"DELETE FROM access_tokens WHERE expires_at < ?"_s, {now - kAccessTokenKept}},
            {u"DELETE FROM sessions WHERE last_seen_at < ?"_s, {now - kUnseenSessionKept}},
            {u"DELETE FROM tasks WHERE created_at < ?"_s, {now - kTaskKept}},
        };
        for (const auto &[sql, values] : steps) {
            if (const Result<> done = change(sql, values); !done)
                return done;
        }
        return auditlog::prune(m_database, now);
    });
    if (!purged)
        return purged;
    const auto gone =
        purgeClients(now - kNeverAuthorizedClientKept, now - kUnusedClientKept, kMostClients);
    return gone ? Result<>{} : fail(gone.error());
}

Result<> Vault::change(const QString &sql, const QVariantList &values)
{
    if (const Result<QSqlQuery *> query = m_database.run(sql, values); !query)
        return fail(query.error());
    return {};
}

} // namespace flaredeck::store
