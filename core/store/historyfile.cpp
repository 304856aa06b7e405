#include "core/store/historyfile.h"

#include "core/store/columns.h"
#include "core/store/historyschema.h"
#include "core/store/rows.h"

#include <QDateTime>
#include <QDir>
#include <QFile>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace flaredeck::store {

namespace {

constexpr Millis kRetryAfter = 30'000;
constexpr Millis kDay = 24LL * 3600 * 1000;
constexpr int kPurgedAtOnce = 500;
constexpr qint64 kMostLogs = 20'000;
constexpr qint64 kLogsPrunedAtOnce = 1'000;

Result<qint64> numberOf(Database &database, const QString &sql)
{
    const auto number =
        fetchOne(database, sql, {}, [](const QSqlQuery &row) { return row.value(0).toLongLong(); });
    if (!number)
        return fail(number.error());
    return number->value_or(0);
}

} // namespace

HistoryFile::HistoryFile(QString file, int keepDays, const Clock &clock,
                         std::function<void(const QString &)> report)
    : m_file(std::move(file))
    , m_keepDays(keepDays)
    , m_clock(clock)
    , m_time(clock)
    , m_report(std::move(report))
{
}

void HistoryFile::open()
{
    if (!ensureOpen())
        qCWarning(lcStore) << "The history cannot be opened; calls are recorded once it can";
}

bool HistoryFile::ensureOpen()
{
    if (m_database.isOpen())
        return true;
    if (m_failing && m_clock.monotonic() < m_retryAt)
        return false;
    Result<> opened = openAndMigrate();
    if (!opened && isDamage(opened.error()))
        opened = startAnew(opened.error());
    if (!opened)
        reportFailure(opened.error());
    return opened.has_value();
}

Result<> HistoryFile::openAndMigrate()
{
    Result<Database> database = Database::open(m_file, Database::Durability::Normal);
    if (!database)
        return fail(database.error());
    if (const Result<> migrated = database->migrate(historyMigrations()); !migrated)
        return migrated;
    const Result<qint64> lastCall = numberOf(*database, u"SELECT max(id) FROM calls"_s);
    const Result<qint64> lastLog = numberOf(*database, u"SELECT max(id) FROM logs"_s);
    const Result<qint64> firstLog = numberOf(*database, u"SELECT min(id) FROM logs"_s);
    for (const auto &number : {lastCall, lastLog, firstLog}) {
        if (!number)
            return fail(number.error());
    }
    m_database = *std::move(database);
    // Ids only grow while the app runs, also after clear(): the window pages by them.
    m_lastCallId = std::max(m_lastCallId, *lastCall);
    m_lastLogId = std::max(m_lastLogId, *lastLog);
    m_logsPrunedTo = std::max<qint64>(0, *firstLog - 1);
    return {};
}

Result<> HistoryFile::startAnew(const Error &cause)
{
    m_database = {};
    const QString aside =
        m_file + u".damaged-"_s +
        QDateTime::fromMSecsSinceEpoch(m_clock.now()).toString(u"yyyyMMdd-HHmmss-zzz"_s);
    if (!QFile::rename(m_file, aside))
        return fail(cause);
    // The write-ahead log belongs to the old file; a new one must not find it.
    if (QFile::exists(m_file + u"-wal"_s) && !QFile::rename(m_file + u"-wal"_s, aside + u"-wal"_s))
        QFile::remove(m_file + u"-wal"_s);
    QFile::remove(m_file + u"-shm"_s);
    m_report(u"%1 It was kept as %2, and a new history was begun. Grants are not affected."_s.arg(
        cause.message, QDir::toNativeSeparators(aside)));
    return openAndMigrate();
}

bool HistoryFile::attempt(const std::function<Result<>()> &work)
{
    if (!ensureOpen())
        return false;
    Result<> done = work();
    if (!done && isDamage(done.error())) {
        done = startAnew(done.error());
        if (done)
            done = work();
    }
    if (done)
        m_failing = false;
    else
        reportFailure(done.error());
    return done.has_value();
}

void HistoryFile::reportFailure(const Error &error)
{
    m_retryAt = m_clock.monotonic() + kRetryAfter;
    // Once per spell, not once per batch.
    if (std::exchange(m_failing, true))
        return;
    qCWarning(lcStore).noquote() << "Calls are not recorded:" << error.message << error.detail;
    m_report(u"Calls are not recorded: %1"_s.arg(error.text()));
}

void HistoryFile::write(const HistoryBatch &batch)
{
    if (!attempt([&] { return insert(batch); }))
        return;
    if (m_lastLogId - m_logsPrunedTo > kMostLogs && !attempt([this] { return pruneLogs(); }))
        qCDebug(lcStore) << "Old log lines could not be deleted";
}

Result<> HistoryFile::insert(const HistoryBatch &batch)
{
    for (size_t first = 0; first < batch.calls.size(); first += kRowsPerTransaction) {
        const size_t end = std::min(first + kRowsPerTransaction, batch.calls.size());
        if (const Result<> done = insertCalls(batch, first, end); !done)
            return done;
    }
    return batch.logs.empty() ? Result<>() : insertLogs(batch);
}

Result<> HistoryFile::insertCalls(const HistoryBatch &batch, size_t first, size_t end)
{
    // By name: Qt composes a name for each `?` at each execution.
    static const QString sql =
        u"INSERT INTO calls (id, started_at, grant_id, client_id, client_name, tool, account_name, "
        "outcome, duration_us, bytes_in, bytes_out, error, upstream, arguments, result) VALUES "
        "(:id, "
        ":started, :grant, :client, :clientName, :tool, :account, :outcome, :duration, :in, :out, "
        ":error, :upstream, :arguments, :result)"_s;
    qint64 id = m_lastCallId;
    const Result<> done = m_database.transaction([&]() -> Result<> {
        const Result<QSqlQuery *> prepared = m_database.prepared(sql);
        if (!prepared)
            return fail(prepared.error());
        QSqlQuery &query = **prepared;
        for (size_t i = first; i < end; ++i) {
            const CallRecord &call = batch.calls[i];
            query.bindValue(u":id"_s, ++id);
            query.bindValue(u":started"_s, call.startedAt);
            query.bindValue(u":grant"_s, call.grant.value);
            query.bindValue(u":client"_s, call.client.value);
            query.bindValue(u":clientName"_s, call.clientName);
            query.bindValue(u":tool"_s, call.tool);
            query.bindValue(u":account"_s, call.accountName);
            query.bindValue(u":outcome"_s, static_cast<int>(call.outcome));
            query.bindValue(u":duration"_s, call.durationUs);
            query.bindValue(u":in"_s, call.bytesIn);
            query.bindValue(u":out"_s, call.bytesOut);
            query.bindValue(u":error"_s, call.error);
            query.bindValue(u":upstream"_s, column::fromUpstream(call.upstream));
            query.bindValue(u":arguments"_s, call.arguments);
            query.bindValue(u":result"_s, call.result);
            if (const Result<> inserted = m_database.execute(query); !inserted)
                return inserted;
        }
        return {};
    });
    if (done)
        m_lastCallId = id;
    return done;
}

Result<> HistoryFile::insertLogs(const HistoryBatch &batch)
{
    static const QString sql =
        u"INSERT INTO logs (id, time, level, category, message) VALUES (?, ?, ?, ?, ?)"_s;
    qint64 id = m_lastLogId;
    const Result<> done = m_database.transaction([&]() -> Result<> {
        for (const LogRecord &log : batch.logs) {
            const auto inserted = m_database.run(
                sql, {++id, log.time, static_cast<int>(log.level), log.category, log.message});
            if (!inserted)
                return fail(inserted.error());
        }
        return {};
    });
    if (done)
        m_lastLogId = id;
    return done;
}

Result<> HistoryFile::pruneLogs()
{
    // A batch below the limit, so that this is not needed again with the next line.
    const qint64 upTo = m_lastLogId - kMostLogs + kLogsPrunedAtOnce;
    const auto deleted = m_database.run(u"DELETE FROM logs WHERE id <= ?"_s, {upTo});
    if (!deleted)
        return fail(deleted.error());
    m_logsPrunedTo = upTo;
    return {};
}

bool HistoryFile::clear()
{
    return attempt([this]() -> Result<> {
        const Result<> deleted = m_database.transaction([this]() -> Result<> {
            if (const Result<> done = m_database.execute(u"DELETE FROM calls"_s); !done)
                return done;
            return m_database.execute(u"DELETE FROM logs"_s);
        });
        if (!deleted)
            return deleted;
        m_logsPrunedTo = m_lastLogId;
        // Gives the space back and leaves no old page in the file or in its log.
        if (const Result<> done = m_database.execute(u"VACUUM"_s); !done)
            return done;
        return m_database.execute(u"PRAGMA wal_checkpoint(TRUNCATE)"_s);
    });
}

bool HistoryFile::purgeSome()
{
    if (m_keepDays <= 0 || !knowsAges())
        return false;
    bool more = false;
    const Millis oldest = m_time.olderThan(m_keepDays * kDay);
    const bool done = attempt([&]() -> Result<> {
        const auto calls = m_database.run(
            u"DELETE FROM calls WHERE id IN (SELECT id FROM calls WHERE started_at < ? "
            "ORDER BY started_at LIMIT ?)"_s,
            {oldest, kPurgedAtOnce});
        if (!calls)
            return fail(calls.error());
        more = (*calls)->numRowsAffected() == kPurgedAtOnce;
        const auto logs = m_database.run(
            u"DELETE FROM logs WHERE id IN (SELECT id FROM logs WHERE time < ? ORDER BY id LIMIT ?)"_s,
            {oldest, kPurgedAtOnce});
        if (!logs)
            return fail(logs.error());
        more = more || (*logs)->numRowsAffected() == kPurgedAtOnce;
        return {};
    });
    return done && more;
}

} // namespace flaredeck::store
