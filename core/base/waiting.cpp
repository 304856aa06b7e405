#include "core/base/waiting.h"

namespace flaredeck {

namespace detail {

Wait::~Wait()
{
    if (!m_watcher)
        return;
    m_watcher->disconnect();
    m_watcher->deleteLater(); // not delete: the watcher may be the caller
}

void Wait::await_suspend(std::coroutine_handle<> waiting)
{
    m_waiting = waiting;
    m_watcher = new QFutureWatcher<void>;
    QObject::connect(m_watcher, &QFutureWatcherBase::finished, m_watcher, [this] { resume(); });
    m_watcher->setFuture(m_future);
    if (m_patience) // by way of the watcher, which ~Wait() disconnects
        QTimer::singleShot(*m_patience, m_watcher, &QFutureWatcherBase::finished);
    m_onStop.emplace(m_stop, Resume{this});
}

void Wait::resume()
{
    // Nothing of this object is used after resume(), which may destroy it with the task's frame.
    if (const auto waiting = std::exchange(m_waiting, nullptr))
        waiting.resume();
}

} // namespace detail

Task<> pause(std::chrono::milliseconds time, std::stop_token stop)
{
    QPromise<void> never;
    never.start();
    co_await waitFor(never.future(), time, std::move(stop));
}

} // namespace flaredeck
