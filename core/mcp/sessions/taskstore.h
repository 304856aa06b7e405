#pragma once

#include "core/base/clock.h"
#include "core/base/identity.h"
#include "core/base/json.h"

#include <QList>

namespace flaredeck::mcp {

/// A task as it is kept across restarts. Its id itself is never stored.
struct StoredTask {
    enum class Status { Working, InputRequired, Completed, Failed, Cancelled }; ///< in this order

    QByteArray idHash; ///< SHA-256 of the task's id
    GrantId grant;
    Status status = Status::Working;
    Json outcome; ///< of a completed task its result, of a failed one its error
    Millis createdAt = 0;
    Millis updatedAt = 0;
};

/// Keeps tasks durable. Called on the core thread; must be quick. Those of a grant go with it.
class TaskStore
{
public:
    virtual ~TaskStore() = default;
    [[nodiscard]] virtual QList<StoredTask> loadTasks() = 0;
    virtual void saveTask(const StoredTask &task) = 0;
    virtual void removeTask(const QByteArray &idHash) = 0;
};

} // namespace flaredeck::mcp
