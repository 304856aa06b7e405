#pragma once

#include "core/base/clockwatch.h"
#include "core/store/database.h"
#include "core/store/values.h"

#include <functional>
#include <span>
#include <vector>

namespace flaredeck::store {

/// The history database on the storage thread. Nothing here returns an error: what cannot be
/// written is reported once and lost, and the file is tried again later.
class HistoryFile
{
public:
    static constexpr size_t kRowsPerTransaction = 256;

    /// `report` gets texts for the user.
    HistoryFile(QString file, int keepDays, const Clock &clock,
                std::function<void(const QString &)> report);

    void open();
    void write(std::vector<CallRecord> calls);
    /// Deletes everything, including what is in free pages and the write-ahead log.
    [[nodiscard]] bool clear();
    /// Deletes some of the rows that are too old. True when there may be more.
    [[nodiscard]] bool purgeSome();
    /// Whether ClockWatch trusts the clock enough to find what is too old.
    [[nodiscard]] bool knowsAges() const { return m_time.olderThan(0) > 0; }
    [[nodiscard]] qint64 lastCallId() const { return m_lastCallId; }

private:
    [[nodiscard]] bool ensureOpen();
    Result<> openFile();
    /// Runs `work`; when the file turns out to be damaged, runs it again with a new file.
    [[nodiscard]] bool attempt(const std::function<Result<>()> &work);
    Result<> startAnew(const Error &cause);
    Result<> insert(std::span<CallRecord> calls);
    void reportFailure(const Error &error);

    const QString m_file;
    const int m_keepDays;
    const Clock &m_clock;
    const ClockWatch m_time;
    const std::function<void(const QString &)> m_report;
    Database m_database;
    qint64 m_lastCallId = 0;
    Millis m_retryAt = 0; ///< monotonic
    bool m_failing = false;
};

} // namespace flaredeck::store
