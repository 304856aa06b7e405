#include "core/service/taskrows.h"

#include "core/base/logging.h"
#include "core/mcp/transports/httpwords.h"

namespace flaredeck::service {

using namespace Qt::Literals::StringLiterals;

namespace {

// The task itself goes on until the app ends, so the failure is only told.
void reportTask(const Result<> &done)
{
    if (!done)
        qCWarning(lcStore).noquote()
            << "A task was not stored." << done.error().text() << done.error().detail;
}

mcp::StoredTask withoutOutcome(mcp::StoredTask task)
{
    const rpc::RpcError error = mcp::serverError(
        u"The outcome was not kept: Flaredeck was restarted, and its settings keep no contents of "
        "calls."_s);
    task.status = mcp::StoredTask::Status::Failed;
    task.outcome = Json{{"code", error.code}, {"message", error.message}};
    return task;
}

} // namespace

TaskRows::TaskRows(store::Tasks &stored, std::function<bool()> keepsContents)
    : m_stored(stored)
    , m_keepsContents(std::move(keepsContents))
{
}

QList<mcp::StoredTask> TaskRows::loadTasks()
{
    return m_stored.all();
}

void TaskRows::saveTask(const mcp::StoredTask &task)
{
    const bool hasOutcome = task.status == mcp::StoredTask::Status::Completed;
    reportTask(m_stored.save(hasOutcome && !m_keepsContents() ? withoutOutcome(task) : task));
}

void TaskRows::removeTask(const QByteArray &idHash)
{
    reportTask(m_stored.remove(idHash));
}

} // namespace flaredeck::service
