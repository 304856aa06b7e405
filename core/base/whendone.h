#pragma once

#include <QFuture>
#include <QFutureWatcher>
#include <QObject>

#include <utility>

namespace flaredeck {

/// Calls `then(answer)` when the future has its result: once, on the context's thread, from its
/// event loop; never when the context or the promise is destroyed first. Must be called on the
/// context's thread. QFuture::then(context, …) promises less: Qt 6.4 accesses a context that is
/// deleted while the other thread sets the result.
template <typename Value, typename Then>
void whenDone(const QFuture<Value> &future, QObject *context, Then then)
{
    auto *watcher = new QFutureWatcher<Value>(context);
    QObject::connect(watcher, &QFutureWatcherBase::finished, context,
                     [watcher, then = std::move(then)]() mutable {
                         watcher->deleteLater();
                         const QFuture<Value> done = watcher->future();
                         if (done.resultCount() > 0)
                             then(done.result());
                     });
    watcher->setFuture(future);
}

} // namespace flaredeck
