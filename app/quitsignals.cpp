#include "app/quitsignals.h"

namespace flaredeck::app {

QuitSignals::QuitSignals(std::function<bool()> endCore, QuitPatience patience, QObject *parent)
    : QObject(parent)
    , m_endCore(std::move(endCore))
    , m_patience(patience)
{
    if (!prepare())
        return;
    m_watcher = std::thread([this] { watch(); });
    listen();
}

QuitSignals::~QuitSignals()
{
    stopListening();
    if (m_watcher.joinable()) {
        {
            const std::lock_guard lock(m_mutex);
            m_ending = true;
        }
        m_changed.notify_all();
        leave();
        m_watcher.join();
    }
    cleanUp();
}

bool QuitSignals::awaits(std::chrono::milliseconds patience, const bool &event)
{
    std::unique_lock lock(m_mutex);
    return m_changed.wait_for(lock, patience, [this, &event] { return event || m_ending; });
}

void QuitSignals::watch()
{
    if (!waitForSignal())
        return;
    QMetaObject::invokeMethod(
        this,
        [this] {
            {
                const std::lock_guard lock(m_mutex);
                m_answered = true;
            }
            m_changed.notify_all();
            emit quitRequested();
        },
        Qt::QueuedConnection);
    if (awaits(m_patience.answer, m_answered) && awaits(m_patience.end, m_ending))
        return;
    complain("flaredeck: the window does not answer; Flaredeck ends without it\n");
    endProcess(m_endCore() ? 0 : 1);
}

} // namespace flaredeck::app
