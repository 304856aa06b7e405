#pragma once

#include <QFuture>
#include <QFutureWatcher>
#include <QObject>

#include <utility>

namespace flaredeck {

/// Calls `then(answer)` when the future has its answer: once, on the context's thread, from its
/// event loop; never when the context is gone by then or whoever owed the answer is. Called on the
/// context's thread. QFuture::then(context, …) promises less: Qt 6.4 reaches for a context that is
/// deleted while the other thread answers.
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
