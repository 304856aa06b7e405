#include "core/base/taskscope.h"

namespace flaredeck {

namespace {

Task<> watch(std::shared_ptr<int> running, Task<> task)
{
    struct Count {
        explicit Count(int &number)
            : of(number)
        {
            ++of;
        }
        ~Count() { --of; }
        int &of;
    };
    const Count count(*running);
    co_await task;
}

} // namespace

TaskScope::~TaskScope()
{
    stop();
    if (!isIdle())
        qFatal("An object was deleted by a task of its own.");
}

void TaskScope::run(Task<> task)
{
    watch(m_running, std::move(task));
}

void TaskScope::stop()
{
    // A copy, because a task that ends may delete this object.
    std::stop_source stop = m_stop;
    stop.request_stop();
}

} // namespace flaredeck
