#pragma once

#include "core/base/task.h"

#include <QtGlobal>

#include <memory>
#include <stop_token>

namespace flaredeck {

/// The tasks of one object: they use its members, and so end before it does. The last member of its
/// owner, which is thus the first to go. Tasks take token() along to whatever they wait for. One
/// thread.
class TaskScope
{
    Q_DISABLE_COPY_MOVE(TaskScope)

public:
    TaskScope() = default;
    /// Stops; afterwards no task runs. An owner that is deleted by one of its own tasks is a bug,
    /// and ends the program.
    ~TaskScope();

    /// Lets the task run until it ends.
    void run(Task<> task);
    [[nodiscard]] std::stop_token token() const { return m_stop.get_token(); }
    /// Every task that waits goes on, finds nothing there, and ends, before this returns.
    void stop();
    [[nodiscard]] bool isStopped() const { return m_stop.stop_requested(); }
    [[nodiscard]] bool isIdle() const { return *m_running == 0; }

private:
    std::stop_source m_stop;
    std::shared_ptr<int> m_running = std::make_shared<int>(0);
};

} // namespace flaredeck
