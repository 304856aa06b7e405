#pragma once

#include "core/store/database.h"
#include "core/store/values.h"

#include <QHash>
#include <QObject>

#include <memory>
#include <optional>

namespace flaredeck::store {

/// Takes calls from any thread and writes them on the storage thread, batched: at most 50 ms or 256
/// rows apart. append() never blocks on the disk. The destructor writes the rest.
class HistoryWriter : public QObject
{
    Q_OBJECT

public:
    /// `keepDays` = 0 keeps calls for ever.
    HistoryWriter(const QString &file, int keepDays, const Clock &clock, QObject *parent = nullptr);
    ~HistoryWriter() override;

    void append(CallRecord call);
    /// Deletes all calls.
    void clear();
    /// Blocks until everything appended so far is on disk. For shutdown and tests.
    void flush();

signals:
    /// Rows up to this id are readable. Emitted on the storage thread; connect queued.
    void callsWritten(qint64 lastId);
    void cleared();
    /// Something was not recorded, or a damaged file was replaced; calls continue. The text names
    /// cause and action. Emitted on the thread of this object.
    void failed(const QString &message);

private:
    class Private;
    std::unique_ptr<Private> d;
};

struct CallFilter {
    QString text; ///< in tool, client, account, arguments, result or error; empty = any
    std::optional<ClientId> client = {};
    std::optional<GrantId> grant = {};
    QString tool = {};
    std::optional<Outcome> outcome = {};
    Millis from = 0;
    bool operator==(const CallFilter &) const = default;
};

struct CallTotals {
    qint64 calls = 0; ///< also those cancelled, which are neither errors nor denied
    qint64 errors = 0;
    qint64 denied = 0;
    qint64 p50Us = 0; ///< of the newest 2,000 calls
    qint64 p95Us = 0;
};

/// Calls with a result; cancelled ones do not count.
struct MinuteCount {
    Millis minute = 0; ///< its start
    int ok = 0;
    int failed = 0;
    int denied = 0;
};

/// The calls of one tool.
struct ToolCount {
    qint64 calls = 0;
    qint64 errors = 0; ///< that ended with an error; neither denied nor cancelled
    Millis lastAt = 0;
};

/// Reads the history page by page through its own read-only connection. Any one thread: the first
/// query opens the connection. A missing file is an empty history, not an error.
class HistoryReader
{
public:
    explicit HistoryReader(QString file);
    ~HistoryReader();

    /// Newest first, ids below `beforeId` (0 = from the newest). Arguments and result are left
    /// empty.
    [[nodiscard]] Result<QList<CallRecord>> calls(const CallFilter &filter, qint64 beforeId,
                                                  int limit);
    /// Newest first, ids above `afterId`.
    [[nodiscard]] Result<QList<CallRecord>> callsSince(const CallFilter &filter, qint64 afterId,
                                                       int limit);
    /// Oldest first, ids above `afterId`: for who reads on.
    [[nodiscard]] Result<QList<CallRecord>> callsAfter(qint64 afterId, int limit);
    [[nodiscard]] Result<std::optional<CallRecord>> call(qint64 id); ///< complete
    [[nodiscard]] Result<qint64> count(const CallFilter &filter);
    [[nodiscard]] Result<CallTotals> totals(Millis from);
    [[nodiscard]] Result<QList<MinuteCount>> perMinute(Millis from);
    [[nodiscard]] Result<QHash<QString, qint64>> callsByGrant(Millis from);
    [[nodiscard]] Result<QHash<QString, qint64>> callsByClient(Millis from);
    [[nodiscard]] Result<QHash<QString, ToolCount>> callsByTool(Millis from);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace flaredeck::store
