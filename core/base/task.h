#pragma once

#include <QCoroTask>

namespace flaredeck {

/// An asynchronous operation in steps. It starts as soon as it is called. It awaits only other
/// tasks and what waiting.h offers: QCoro's headers that await Qt objects are not included
/// anywhere, because they do not support stop tokens. The caller either awaits the task or gives it
/// to a TaskScope.
template <typename T = void>
using Task = QCoro::Task<T>;

} // namespace flaredeck
