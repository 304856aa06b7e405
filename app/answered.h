#pragma once

#include <QFuture>
#include <QPromise>

namespace flaredeck::app {

/// A future that has its answer already.
template <typename T>
QFuture<T> answered(T value)
{
    QPromise<T> promise;
    promise.start();
    promise.addResult(std::move(value));
    promise.finish();
    return promise.future();
}

} // namespace flaredeck::app
