#include "core/service/corethread.h"

#include <QMetaObject>
#include <QSemaphore>

namespace flaredeck::service {

CoreThread::CoreThread(QObject *parent)
    : QObject(parent)
{
    qRegisterMetaType<SnapshotPtr>();
    qRegisterMetaType<ServerView>();
    m_thread.setObjectName(QStringLiteral("core"));
}

CoreThread::~CoreThread()
{
    stop();
}

Result<> CoreThread::start(const Options &options, Prompter &prompter, Snapshots snapshots)
{
    m_thread.start();
    // An object of that thread to call into until the core is there.
    QObject doorway;
    doorway.moveToThread(&m_thread);
    Result<> started;
    QMetaObject::invokeMethod(
        &doorway,
        [this, &options, &prompter, snapshots, &started, &doorway] {
            auto core = Core::create(options, prompter);
            if (core) {
                const QMutexLocker lock(&m_coreMutex);
                m_core = std::move(*core);
                if (snapshots == Snapshots::Published)
                    m_snapshot = m_core->snapshot();
            } else {
                started = fail(core.error());
            }
            doorway.moveToThread(thread());
        },
        Qt::BlockingQueuedConnection);
    if (!started) {
        stop();
        return started;
    }

    if (snapshots == Snapshots::Published) {
        connect(m_core.get(), &Core::changed, this, [this](const SnapshotPtr &snapshot) {
            m_snapshot = snapshot;
            emit changed(snapshot);
        });
    }
    connect(m_core.get(), &Core::serverChanged, this, &CoreThread::serverChanged);
    connect(m_core.get(), &Core::callsWritten, this, &CoreThread::callsWritten);
    connect(m_core.get(), &Core::auditWritten, this, &CoreThread::auditWritten);
    connect(m_core.get(), &Core::historyCleared, this, &CoreThread::historyCleared);
    connect(m_core.get(), &Core::clientConnected, this, &CoreThread::clientConnected);
    connect(m_core.get(), &Core::needsSignIn, this, &CoreThread::needsSignIn);
    connect(m_core.get(), &Core::forgotten, this, &CoreThread::forgotten);
    // A failure to listen is a state in the snapshot.
    ask(&Commands::listen, options.port);
    return {};
}

void CoreThread::stop()
{
    if (!m_thread.isRunning())
        return;
    if (m_core) {
        QMetaObject::invokeMethod(
            m_core.get(), [core = m_core.get()] { core->shutDown(); },
            Qt::BlockingQueuedConnection);
        // Deleted on its own thread, after what was already posted to it.
        const QMutexLocker lock(&m_coreMutex);
        m_core.release()->deleteLater();
    }
    m_thread.quit();
    m_thread.wait();
}

bool CoreThread::endWithin(int milliseconds)
{
    auto ended = std::make_shared<QSemaphore>();
    {
        const QMutexLocker lock(&m_coreMutex);
        if (!m_core)
            return true;
        QMetaObject::invokeMethod(
            m_core.get(),
            [core = m_core.get(), ended] {
                core->shutDown();
                ended->release();
            },
            Qt::QueuedConnection);
    }
    return ended->tryAcquire(1, milliseconds);
}

void CoreThread::post(std::function<void(Commands &)> work)
{
    if (!m_core)
        return;
    QMetaObject::invokeMethod(
        m_core.get(), [core = m_core.get(), work = std::move(work)] { work(*core); },
        Qt::QueuedConnection);
}

} // namespace flaredeck::service
