#pragma once

#include "core/service/core.h"

#include <QMutex>
#include <QObject>
#include <QThread>

#include <functional>
#include <memory>

namespace flaredeck::service {

/// Owns the thread that the core lives on. The GUI reaches the core through ask() and gets values
/// back; signals arrive queued. What is asked before start() or after stop() gets no answer.
class CoreThread : public QObject, public CommandQueue
{
    Q_OBJECT

public:
    explicit CoreThread(QObject *parent = nullptr);
    ~CoreThread() override; ///< stops

    /// Snapshots hold all that the vault has, so a program that shows nothing does without.
    enum class Snapshots { Published, None };
    /// Builds the core on its thread and listens. Blocks only until the databases are open; an
    /// Error here means that the app cannot start. A taken port is reported by serverChanged() and
    /// in the snapshot.
    Result<> start(const Options &options, Prompter &prompter,
                   Snapshots snapshots = Snapshots::Published);
    /// Orderly: streams are ended, pending writes are on disk when it returns.
    void stop();
    /// The same from any thread, for when the one that owns this object hangs: ends the core and
    /// says whether that was done in time. Nothing but the end of the process may follow.
    bool endWithin(int milliseconds);

    /// The latest snapshot that arrived on this thread; never null after start(), unless there are
    /// none.
    [[nodiscard]] SnapshotPtr snapshot() const { return m_snapshot; }

signals:
    void changed(const flaredeck::service::SnapshotPtr &snapshot);
    void serverChanged(const flaredeck::service::ServerView &server);
    void callsWritten(qint64 lastId);
    void auditWritten();
    void historyCleared();
    void clientConnected(const QString &clientName);
    void needsSignIn(const QString &label);
    void forgotten(const QStringList &left);

private:
    void post(std::function<void(Commands &)> work) override;

    QThread m_thread;
    QMutex m_coreMutex;           ///< m_core is let go while another thread may end it
    std::unique_ptr<Core> m_core; ///< lives on m_thread
    SnapshotPtr m_snapshot;
};

} // namespace flaredeck::service
