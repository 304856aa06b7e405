#pragma once

#include "core/base/clockwatch.h"
#include "core/base/logging.h"
#include "core/store/database.h"
#include "core/store/values.h"

#include <functional>
#include <vector>

namespace flaredeck::store {

struct HistoryBatch {
    std::vector<CallRecord> calls;
    std::vector<LogRecord> logs;

    [[nodiscard]] size_t size() const { return calls.size() + logs.size(); }
};

/// The history database as the storage thread sees it. Nothing here fails towards the caller: what
/// cannot be written is reported once and lost, and the file is tried again later.
class HistoryFile
{
public:
    static constexpr size_t kRowsPerTransaction = 256;

    /// `report` gets texts for the user.
    HistoryFile(QString file, int keepDays, const Clock &clock,
                std::function<void(const QString &)> report);

    void open();
    void write(const HistoryBatch &batch);
    /// Deletes everything, also from the free pages and the write-ahead log.
    [[nodiscard]] bool clear();
    /// Deletes a few of the rows that are too old. True when there may be more.
    [[nodiscard]] bool purgeSome();
    /// Whether the clock has stood long enough to say what is too old.
    [[nodiscard]] bool knowsAges() const { return m_time.olderThan(0) > 0; }
    [[nodiscard]] qint64 lastCallId() const { return m_lastCallId; }

private:
    [[nodiscard]] bool ensureOpen();
    Result<> openAndMigrate();
    /// Runs `work`; when the file turns out to be damaged, once more with a new one.
    [[nodiscard]] bool attempt(const std::function<Result<>()> &work);
    Result<> startAnew(const Error &cause);
    Result<> insert(const HistoryBatch &batch);
    Result<> insertCalls(const HistoryBatch &batch, size_t first, size_t end);
    Result<> insertLogs(const HistoryBatch &batch);
    Result<> pruneLogs();
    void reportFailure(const Error &error);

    const QString m_file;
    const int m_keepDays;
    const Clock &m_clock;
    const ClockWatch m_time;
    const std::function<void(const QString &)> m_report;
    Database m_database;
    qint64 m_lastCallId = 0;
    qint64 m_lastLogId = 0;
    qint64 m_logsPrunedTo = 0; ///< rows above this id may exist
    Millis m_retryAt = 0;      ///< monotonic
    bool m_failing = false;
};

} // namespace flaredeck::store
