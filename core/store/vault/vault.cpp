#include "core/store/vault/vault.h"

#include <QDir>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace flaredeck::store {

namespace {

constexpr Millis kHour = 3600LL * 1000;
constexpr Millis kDay = 24 * kHour;

// How long things are stored after their end, and how many clients may register.
constexpr Millis kUnusedCodeKept = kDay;
constexpr Millis kCodeOfEndedGrantKept = kDay;
constexpr Millis kAccessTokenKept = kHour;
constexpr Millis kRevokedGrantKept = 30 * kDay; // so that a replay of its tokens is recognised
constexpr Millis kExpiredGrantKept = 7 * kDay;
constexpr int kMostClients = 200; // without a live grant
constexpr Millis kUnseenSessionKept = 7 * kDay;
constexpr Millis kTaskKept = 24LL * 3600 * 1000; ///< longer than clients expect

// SQLite's application_id: "FDcf" and "FDsb". 0 = not marked yet.
constexpr int kOfProvider = 0x46446366;
constexpr int kOfSandbox = 0x46447362;

Error foreign(const QString &file, bool sandbox)
{
    const QString directory = QDir::toNativeSeparators(QFileInfo(file).absolutePath());
    if (sandbox)
        return {Error::Kind::Storage,
                u"The data directory %1 holds sign-ins and grants of Cloudflare, which the sandbox "
                "must not touch."_s.arg(directory),
                u"Leave --sandbox out, or give the sandbox another directory with --data-dir."_s};
    return {Error::Kind::Storage,
            u"The data directory %1 holds sign-ins and grants of the sandbox, which are nothing to "
            "Cloudflare."_s.arg(directory),
            u"Start with --sandbox, or give another directory with --data-dir."_s};
}

} // namespace

Vault::Vault(Database database, const Clock &clock)
    : m_database(std::move(database))
    , m_clock(clock)
    , m_time(clock)
    , audit(m_database, clock)
    , clients(m_database, audit, m_time)
    , tokens(m_database, audit)
    , grants(m_database, audit, tokens, m_time)
    , approvals(m_database, audit)
    , keys(m_database, audit)
    , logins(m_database, keys)
    , sessions(m_database, clock)
    , tasks(m_database, clock)
    , rules(m_database, audit)
    , remotes(m_database, audit, keys)
{
}

// Times are milliseconds since 1970; 0 means never. Hashes are SHA-256.
Result<std::unique_ptr<Vault>> Vault::open(const QString &file, const Clock &clock)
{
    Result<Database> database = Database::open(file, Database::Durability::Full);
    if (!database)
        return fail(database.error());
    // Grants must not be used from a damaged file; the vault is small, so the check is quick.
    if (const Result<> sound = database->checkIntegrity(); !sound)
        return fail(sound.error());
    std::unique_ptr<Vault> vault(new Vault(*std::move(database), clock));
    const QStringList tables =
        vault->clients.create() + vault->grants.create() + vault->tokens.create() +
        vault->approvals.create() + vault->keys.create() + vault->logins.create() +
        vault->sessions.create() + vault->tasks.create() + vault->rules.create() +
        vault->remotes.create() + AuditTrail::create();
    if (const Result<> isSetUp = vault->m_database.setUp(
            kVaultFormat, tables,
            {{1, vault->rules.create()}, {2, Logins::addHealth() + vault->remotes.create()}});
        !isSetUp)
        return fail(isSetUp.error());
    // The limit on their number needs no clock.
    if (const auto gone = vault->clients.purge(0, 0, kMostClients); !gone)
        return fail(gone.error());
    return vault;
}

Result<> Vault::claim(bool sandbox)
{
    const auto mark = fetchOne(m_database, u"PRAGMA application_id"_s, {}, firstColumn<int>);
    if (!mark)
        return fail(mark.error());
    const int ours = sandbox ? kOfSandbox : kOfProvider;
    const int found = mark->value_or(0);
    if (found == ours)
        return {};
    if (found != 0)
        return fail(foreign(m_database.file(), sandbox));

    return m_database.execute(u"PRAGMA application_id = %1"_s.arg(ours));
}

Result<> Vault::purge()
{
    const auto olderThan = [this](Millis age) { return m_time.olderThan(age); };
    if (olderThan(0) == 0)
        return {};
    return audit.transaction([&]() -> Result<> {
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
            {u"DELETE FROM access_tokens WHERE expires_at < ?"_s, {olderThan(kAccessTokenKept)}},
            {u"DELETE FROM sessions WHERE last_seen_at < ?"_s, {olderThan(kUnseenSessionKept)}},
            {u"DELETE FROM tasks WHERE created_at < ?"_s, {olderThan(kTaskKept)}},
        };
        for (const auto &[sql, values] : steps) {
            if (const Result<> done = m_database.change(sql, values); !done)
                return done;
        }
        return audit.drop(olderThan(store::audit::kKeptFor));
    });
}

} // namespace flaredeck::store
