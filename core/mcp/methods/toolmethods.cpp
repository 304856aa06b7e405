#include "core/mcp/mcpserver.h"
#include "core/mcp/methods/methods.h"
#include "core/mcp/revision.h"

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace flaredeck::mcp {

namespace {

/// Runs the tool and turns whatever becomes of it into the one answer. The reply is dropped, and so
/// answered, when the tool's coroutine ends by an exception.
Task<> runTool(CallPtr call, Task<Result<ToolResult>> work)
{
    const Result<ToolResult> outcome = co_await work;
    if (outcome)
        call->succeed(call->withChallenge(toJson(*outcome, call->traits())));
    else if (call->isAsking() || outcome.error().kind == Error::Kind::NotFound ||
             outcome.error().kind == Error::Kind::InvalidInput)
        call->fail(rpc::toRpcError(outcome.error()));
    else
        call->succeed(toJson(ToolResult::error(outcome.error().text()), call->traits()));
}

bool needsTask(const QString &name, const MethodCall &call)
{
    const QList<Tool> tools =
        call.server.features().tools->list(call.sender->caller, call.sender->toolset);
    return std::any_of(tools.begin(), tools.end(),
                       [&name](const Tool &tool) { return tool.needsTask && tool.name == name; });
}

} // namespace

void methods::listTools(const MethodCall &call)
{
    if (json::find(call.message.params, "cursor"))
        return call.refuse(kNoCursor);
    call.reply->result(call.server.writtenList(
        call.server.features().tools->list(call.sender->caller, call.sender->toolset),
        call.traits()));
}

void methods::callTool(const MethodCall &call)
{
    Json &params = call.message.params;
    const auto name = json::stringAt(params, "name");
    if (!name)
        return call.refuse(u"tools/call needs name as a string."_s);
    const auto arguments = params.find("arguments");
    const bool hasArguments = arguments != params.end();
    // Small models and older clients send objects as JSON text.
    if (hasArguments && arguments->is_string()) {
        Result<Json> meant =
            json::parse(QByteArray::fromStdString(arguments->get_ref<const std::string &>()));
        if (meant && meant->is_object())
            *arguments = std::move(*meant);
        else if (arguments->get_ref<const std::string &>().empty())
            *arguments = Json::object();
    }
    if (hasArguments && !arguments->is_object())
        return call.refuse(u"The arguments of a tool must be an object."_s);
    const CallPtr running = Call::begin(call, name->toUtf8());
    if (!running)
        return;
    if (call.traits().stateless && call.server.tasks() && !running->canBeTask() &&
        needsTask(*name, call))
        return call.reply->error(lacksTasks());
    call.server.calls().run(runTool(
        running, call.server.features().tools->call(
                     *name, hasArguments ? std::move(*arguments) : Json::object(), running)));
}

} // namespace flaredeck::mcp
