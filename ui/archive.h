#pragma once

#include "core/base/whendone.h"
#include "core/store/audit/auditreader.h"
#include "core/store/history/history.h"

#include <QFuture>
#include <QPromise>
#include <QThread>

#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace flaredeck::ui {

/// Reads the history of calls and the audit trail on a separate thread, so that a slow disk does
/// not stall the window. Queries run in order; one whose future is cancelled before its turn is
/// skipped.
class Archive
{
public:
    Archive(const QString &historyFile, const QString &vaultFile);
    ~Archive(); ///< waits for the running query and drops the others

    Archive(const Archive &) = delete;
    Archive &operator=(const Archive &) = delete;

    /// `read(store::HistoryReader &)` runs on the other thread and returns a Result. Take it with
    /// whenDone() or a Reading.
    template <typename Read>
    auto calls(Read read)
    {
        using Answer = std::invoke_result_t<Read, store::HistoryReader &>;
        return post<Answer>([read](Readers &readers) -> Answer { return read(readers.history); });
    }
    /// The same with `read(store::AuditReader &)`; fails when there is no trail to read.
    template <typename Read>
    auto audit(Read read)
    {
        using Answer = std::invoke_result_t<Read, store::AuditReader &>;
        return post<Answer>([read](Readers &readers) -> Answer {
            const Result<store::AuditReader *> trail = readers.trail();
            return trail ? read(**trail) : Answer(fail(trail.error()));
        });
    }

private:
    /// Lives on the thread.
    class Readers : public QObject
    {
    public:
        Readers(const QString &historyFile, QString vaultFile);
        Result<store::AuditReader *> trail();

        store::HistoryReader history;

    private:
        const QString m_vaultFile;
        std::unique_ptr<store::AuditReader> m_trail; ///< opened on first use
    };

    template <typename Answer, typename Work>
    QFuture<Answer> post(Work work)
    {
        auto promise = std::make_shared<QPromise<Answer>>();
        QFuture<Answer> future = promise->future();
        promise->start();
        QMetaObject::invokeMethod(
            m_readers,
            [promise, work, readers = m_readers] {
                if (!promise->isCanceled())
                    promise->addResult(work(*readers));
                promise->finish();
            },
            Qt::QueuedConnection);
        return future;
    }

    QThread m_thread;
    Readers *m_readers; ///< deleted by the end of the thread
};

/// Runs one query of the archive at a time, for `context`, which owns this object.
class Reading
{
public:
    /// `ask()` starts the query and returns its future; `then(answer)` takes the result. The result
    /// of an earlier query is dropped.
    template <typename Ask, typename Then>
    void start(QObject *context, Ask ask, Then then)
    {
        drop();
        const auto future = ask();
        m_running = QFuture<void>(future);
        m_awaited = true;
        whenDone(future, context, [this, number = m_number, then](const auto &answer) {
            if (number != m_number)
                return;
            m_awaited = false;
            then(answer);
            if (!m_awaited && m_next)
                std::exchange(m_next, {})();
        });
    }
    /// Repeats a query for newer rows: at once, or when the running query has finished. So a slow
    /// disk still delivers results, and never has two queries to run.
    template <typename Ask, typename Then>
    void refresh(QObject *context, Ask ask, Then then)
    {
        if (m_awaited)
            m_next = [this, context, ask, then] { start(context, ask, then); };
        else
            start(context, ask, then);
    }
    void drop()
    {
        ++m_number;
        m_running.cancel();
        m_awaited = false;
        m_next = {};
    }
    [[nodiscard]] bool isAwaited() const { return m_awaited; }

private:
    QFuture<void> m_running;
    std::function<void()> m_next;
    int m_number = 0;
    bool m_awaited = false;
};

} // namespace flaredeck::ui
