#pragma once

#include <QCoroTask>

namespace flaredeck {

/// A step-by-step asynchronous operation. Starts at once when called. It waits for other tasks and
/// for what waiting.h offers, for nothing else: the headers by which QCoro waits for objects of Qt
/// are not included anywhere, because they know no stop. Whoever starts one either awaits it or
/// gives it to a TaskScope.
template <typename T = void>
using Task = QCoro::Task<T>;

} // namespace flaredeck
