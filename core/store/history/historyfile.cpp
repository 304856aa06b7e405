#include "core/store/history/historyfile.h"

#include "core/store/history/historyschema.h"

#include <QDateTime>
#include <QDir>
#include <QFile>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace flaredeck::store {

namespace {

constexpr Millis kRetryAfter = 30'000;
constexpr Millis kOneDay = 24LL * 3600 * 1000;
constexpr int kPurgedAtOnce = 500;

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
    Result<> opened = openFile();
    if (!opened && isDamage(opened.error()))
        opened = startAnew(opened.error());
    if (!opened)
        reportFailure(opened.error());
    return opened.has_value();
}

Result<> HistoryFile::openFile()
{
    Result<Database> database = Database::open(m_file, Database::Durability::Normal);
    if (!database)
        return fail(database.error());
    if (const Result<> isSetUp =
            database->setUp(kHistoryFormat, historyTables(), historyUpgrades());
        !isSetUp)
        return isSetUp;
    const auto last = fetchOne(*database, u"SELECT max(id) FROM calls"_s, {}, firstColumn<qint64>);
    if (!last)
        return fail(last.error());
    m_database = *std::move(database);
    // Ids only grow while the app runs, even after clear(), because the window pages by them.
    m_lastCallId = std::max(m_lastCallId, last->value_or(0));
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
    // The write-ahead log belongs to the old file; a new file must not use it.
    if (QFile::exists(m_file + u"-wal"_s) && !QFile::rename(m_file + u"-wal"_s, aside + u"-wal"_s))
        QFile::remove(m_file + u"-wal"_s);
    QFile::remove(m_file + u"-shm"_s);
    m_report(u"%1 It was kept as %2, and a new history was begun. Grants are not affected."_s.arg(
        cause.message, QDir::toNativeSeparators(aside)));
    return openFile();
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
    // Reported once per outage, not once per batch.
    if (std::exchange(m_failing, true))
        return;
    qCWarning(lcStore).noquote() << "Calls are not recorded:" << error.message << error.detail;
    m_report(u"Calls are not recorded: %1"_s.arg(error.text()));
}

void HistoryFile::write(std::vector<CallRecord> calls)
{
    const bool written = attempt([&]() -> Result<> {
        for (size_t first = 0; first < calls.size(); first += kRowsPerTransaction) {
            const auto rows = std::span(calls).subspan(
                first, std::min(kRowsPerTransaction, calls.size() - first));
            if (const Result<> done = insert(rows); !done)
                return done;
        }
        return {};
    });
    if (!written)
        qCDebug(lcStore) << calls.size() << "calls were not recorded";
}

Result<> HistoryFile::insert(std::span<CallRecord> calls)
{
    qint64 id = m_lastCallId;
    Table<CallRecord> rows(m_database, callLayout());
    const Result<> done = m_database.transaction([&]() -> Result<> {
        for (CallRecord &call : calls) {
            call.id = ++id;
            if (const Result<> inserted = rows.insert(call); !inserted)
                return inserted;
        }
        return {};
    });
    if (done)
        m_lastCallId = id;
    return done;
}

bool HistoryFile::clear()
{
    return attempt([this]() -> Result<> {
        if (const Result<> deleted = m_database.execute(u"DELETE FROM calls"_s); !deleted)
            return deleted;
        // Frees the space and leaves no old page in the file or its log.
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
    const Millis oldest = m_time.olderThan(m_keepDays * kOneDay);
    const bool done = attempt([&]() -> Result<> {
        const auto calls = m_database.run(
            u"DELETE FROM calls WHERE id IN (SELECT id FROM calls WHERE started_at < ? "
            "ORDER BY started_at LIMIT ?)"_s,
            {oldest, kPurgedAtOnce});
        if (!calls)
            return fail(calls.error());
        more = (*calls)->numRowsAffected() == kPurgedAtOnce;
        return {};
    });
    return done && more;
}

} // namespace flaredeck::store
