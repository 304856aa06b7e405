#pragma once

#include "core/base/task.h"

#include <QFuture>
#include <QFutureWatcher>
#include <QPromise>
#include <QTimer>

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>

/// Everything that a task can wait for. Each function takes a stop token. A stop, which is
/// requested on the waiting thread, resumes the task without a result before request_stop()
/// returns.
namespace flaredeck {

namespace detail {

/// The part of waiting that does not depend on the result's type.
class Wait
{
public:
    Wait(QFuture<void> future, std::stop_token stop,
         std::optional<std::chrono::milliseconds> patience = {})
        : m_stop(std::move(stop))
        , m_future(std::move(future))
        , m_patience(patience)
    {
    }
    ~Wait();
    /// Only before the wait has begun.
    Wait(Wait &&other) noexcept
        : m_stop(std::move(other.m_stop))
        , m_future(std::move(other.m_future))
        , m_patience(other.m_patience)
    {
    }
    Wait &operator=(Wait &&) = delete;

    [[nodiscard]] bool await_ready() const { return isStopped() || m_future.isFinished(); }
    void await_suspend(std::coroutine_handle<> waiting);

protected:
    [[nodiscard]] bool isStopped() const { return m_stop.stop_requested(); }
    [[nodiscard]] bool came() const { return m_future.isFinished() && !m_future.isCanceled(); }

private:
    struct Resume {
        Wait *wait;
        void operator()() const { wait->resume(); }
    };
    void resume();

    std::stop_token m_stop;
    QFuture<void> m_future;
    std::optional<std::chrono::milliseconds> m_patience;
    std::coroutine_handle<> m_waiting;
    QFutureWatcher<void> *m_watcher = nullptr;
    std::optional<std::stop_callback<Resume>> m_onStop;
};

} // namespace detail

template <typename T>
class FutureWait : public detail::Wait
{
public:
    FutureWait(QFuture<T> future, std::stop_token stop,
               std::optional<std::chrono::milliseconds> patience = {})
        : Wait(QFuture<void>(future), std::move(stop), patience)
        , m_result(std::move(future))
    {
    }
    [[nodiscard]] std::optional<T> await_resume() const
    {
        if (isStopped() || m_result.resultCount() == 0)
            return std::nullopt;
        return m_result.result();
    }

private:
    QFuture<T> m_result;
};

/// Returns whether the future finished.
template <>
class FutureWait<void> : public detail::Wait
{
public:
    using Wait::Wait;
    [[nodiscard]] bool await_resume() const { return !isStopped() && came(); }
};

/// Waits for the result of a future. Returns nothing when stop was requested or the promise was
/// destroyed.
template <typename T>
[[nodiscard]] FutureWait<T> waitFor(QFuture<T> future, std::stop_token stop)
{
    return {std::move(future), std::move(stop)};
}

/// The same, and no longer than `patience`.
template <typename T>
[[nodiscard]] FutureWait<T> waitFor(QFuture<T> future, std::chrono::milliseconds patience,
                                    std::stop_token stop)
{
    return {std::move(future), std::move(stop), patience};
}

/// Waits until the object emits the signal: true; false when it did not within `patience`. The
/// object lives until then.
template <typename Object, typename Signal>
[[nodiscard]] FutureWait<bool> waitForSignal(Object *object, Signal signal,
                                             std::chrono::milliseconds patience,
                                             std::stop_token stop)
{
    const auto came = std::make_shared<QPromise<bool>>();
    came->start();
    const QFuture<bool> future = came->future();
    const auto settle = [came](bool inTime) {
        if (came->future().isFinished())
            return;
        came->addResult(inTime);
        came->finish();
    };
    QObject::connect(
        object, signal, object, [settle] { settle(true); }, Qt::SingleShotConnection);
    QTimer::singleShot(patience, object, [settle] { settle(false); });
    return {future, std::move(stop)};
}

/// Waits for `time`, or until stop is requested.
[[nodiscard]] Task<> pause(std::chrono::milliseconds time, std::stop_token stop);

} // namespace flaredeck
