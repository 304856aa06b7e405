#include "core/mcp/taskmethods.h"

#include "core/mcp/errorcodes.h"
#include "core/mcp/revision.h"

using namespace Qt::Literals::StringLiterals;

namespace flaredeck::mcp {

rpc::RpcError lacksTasks()
{
    Json extensions = Json::object();
    extensions[kTasksExtension] = Json::object();
    return {kMissingClientCapability, u"This needs a client with the tasks extension."_s,
            Json{{"requiredCapabilities", {{"extensions", std::move(extensions)}}}}};
}

TaskMethods::TaskMethods(CallSupport support)
    : m_support(std::move(support))
{
}

bool TaskMethods::handle(const MethodCall &call)
{
    const std::string &method = call.message.method;
    const bool get = method == "tasks/get";
    const bool update = method == "tasks/update";
    if (!call.scope.traits->stateless || (!get && !update && method != "tasks/cancel"))
        return false;

    if (!call.scope.declaresTasks()) {
        call.reply->error(lacksTasks());
        return true;
    }
    const QString id = json::stringAt(call.message.params, "taskId").value_or(QString());
    const WorkTaskPtr task = m_support.tasks->find(id, call.scope.caller->grant);
    const Json *responses = json::find(call.message.params, "inputResponses");
    if (!task) {
        call.refuse(u"There is no such task."_s);
    } else if (get) {
        call.reply->result(m_support.writer->write(task->details(), *call.scope.traits));
    } else if (update && (!responses || !responses->is_object())) {
        call.refuse(u"tasks/update needs inputResponses as an object."_s);
    } else {
        if (update)
            task->answer(*responses);
        else
            task->cancel();
        call.reply->result(m_support.writer->write(Json::object(), *call.scope.traits));
    }
    return true;
}

} // namespace flaredeck::mcp
