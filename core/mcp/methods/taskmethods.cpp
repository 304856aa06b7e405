#include "core/mcp/errorcodes.h"
#include "core/mcp/mcpserver.h"
#include "core/mcp/methods/methods.h"

using namespace Qt::Literals::StringLiterals;

namespace flaredeck::mcp {

namespace {

/// The task that the request names; null after a refusal was sent.
WorkTaskPtr taskOf(const MethodCall &call)
{
    if (!call.sender->declaresTasks()) {
        call.reply->error(lacksTasks());
        return nullptr;
    }
    const QString id = json::stringAt(call.message.params, "taskId").value_or(QString());
    WorkTaskPtr task = call.server.tasks()->find(id, call.sender->caller->grant);
    if (!task)
        call.refuse(u"There is no such task."_s);
    return task;
}

} // namespace

rpc::RpcError lacksTasks()
{
    Json extensions = Json::object();
    extensions[kTasksExtension] = Json::object();
    return {kMissingClientCapability, u"This needs a client with the tasks extension."_s,
            Json{{"requiredCapabilities", {{"extensions", std::move(extensions)}}}}};
}

void methods::getTask(const MethodCall &call)
{
    if (const WorkTaskPtr task = taskOf(call))
        call.succeed(task->details());
}

void methods::updateTask(const MethodCall &call)
{
    const WorkTaskPtr task = taskOf(call);
    if (!task)
        return;
    const Json *responses = json::find(call.message.params, "inputResponses");
    if (!responses || !responses->is_object())
        return call.refuse(u"tasks/update needs inputResponses as an object."_s);
    task->answer(*responses);
    call.succeed(Json::object());
}

void methods::cancelTask(const MethodCall &call)
{
    const WorkTaskPtr task = taskOf(call);
    if (!task)
        return;
    task->cancel();
    call.succeed(Json::object());
}

} // namespace flaredeck::mcp
