#pragma once

#include <QCoroTask>

namespace flaredeck {

/// A step-by-step asynchronous operation. Parameters by value; after each co_await the world may
/// have moved. Starts at once when called.
template <typename T = void>
using Task = QCoro::Task<T>;

} // namespace flaredeck
