#pragma once

#include "core/store/audit/auditreader.h"
#include "core/store/history/history.h"

#include <QFuture>
#include <QPromise>
#include <QThread>

#include <memory>
#include <type_traits>

namespace flaredeck::store {

/// Reads the history of calls and the audit trail on a separate thread, so that a slow disk does
/// not stall who asks. Queries run in order; one whose future is cancelled before its turn is
/// skipped.
class Archive
{
public:
    Archive(const QString &historyFile, const QString &vaultFile);
    ~Archive(); ///< waits for the running query and drops the others

    Archive(const Archive &) = delete;
    Archive &operator=(const Archive &) = delete;

    /// `read(HistoryReader &)` runs on the other thread and returns a Result. Take it with
    /// whenDone() or a Reading.
    template <typename Read>
    auto calls(Read read)
    {
        using Answer = std::invoke_result_t<Read, HistoryReader &>;
        return post<Answer>([read](Readers &readers) -> Answer { return read(readers.history); });
    }
    /// The same with `read(AuditReader &)`; fails when there is no trail to read.
    template <typename Read>
    auto audit(Read read)
    {
        using Answer = std::invoke_result_t<Read, AuditReader &>;
        return post<Answer>([read](Readers &readers) -> Answer {
            const Result<AuditReader *> trail = readers.trail();
            return trail ? read(**trail) : Answer(fail(trail.error()));
        });
    }

private:
    /// Lives on the thread.
    class Readers : public QObject
    {
    public:
        Readers(const QString &historyFile, QString vaultFile);
        Result<AuditReader *> trail();

        HistoryReader history;

    private:
        const QString m_vaultFile;
        std::unique_ptr<AuditReader> m_trail; ///< opened on first use
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

} // namespace flaredeck::store
