#pragma once

#include "core/mcp/sessions/taskstore.h"
#include "core/store/vault/tasktable.h"

#include <functional>

namespace flaredeck::service {

/// Keeps the tasks of the tasks extension in the vault, so that an outcome is there after a restart
/// of the app, or a reason why not.
class TaskRows : public mcp::TaskStore
{
public:
    /// Where contents of calls are not kept, no outcome is either.
    TaskRows(store::Tasks &stored, std::function<bool()> keepsContents);

    [[nodiscard]] QList<mcp::StoredTask> loadTasks() override;
    void saveTask(const mcp::StoredTask &task) override;
    void removeTask(const QByteArray &idHash) override;

private:
    store::Tasks &m_stored;
    const std::function<bool()> m_keepsContents;
};

} // namespace flaredeck::service
