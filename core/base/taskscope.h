#pragma once

#include "core/base/task.h"

#include <QtGlobal>

#include <memory>
#include <stop_token>

namespace flaredeck {

/// The tasks of one object. They use its members and therefore must end before it does: the scope
/// is the owner's last member, so it is destroyed first. Tasks pass token() to everything they wait
/// for. One thread.
class TaskScope
{
    Q_DISABLE_COPY_MOVE(TaskScope)

public:
    TaskScope() = default;
    /// Stops all tasks. A task that deletes its own owner is a bug, and ends the program.
    ~TaskScope();

    /// Lets the task run until it ends.
    void run(Task<> task);
    [[nodiscard]] std::stop_token token() const { return m_stop.get_token(); }
    /// Resumes every waiting task without a result. All tasks have ended when this returns.
    void stop();
    [[nodiscard]] bool isStopped() const { return m_stop.stop_requested(); }
    [[nodiscard]] bool isIdle() const { return *m_running == 0; }

private:
    std::stop_source m_stop;
    std::shared_ptr<int> m_running = std::make_shared<int>(0);
};

} // namespace flaredeck
