#include "core/mcp/toolmethods.h"

#include "core/mcp/revision.h"
#include "core/mcp/taskmethods.h"

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

} // namespace

ToolMethods::ToolMethods(ToolProvider &tools, CallSupport support)
    : m_tools(tools)
    , m_support(std::move(support))
{
}

bool ToolMethods::handle(const MethodCall &call)
{
    if (call.message.method == "tools/call")
        run(call);
    else if (call.message.method == "tools/list")
        list(call);
    else
        return false;
    return true;
}

bool ToolMethods::needsTask(const QString &name, const MessageScope &scope) const
{
    const QList<Tool> tools = m_tools.list(scope.caller, scope.toolset);
    return std::any_of(tools.begin(), tools.end(),
                       [&name](const Tool &tool) { return tool.needsTask && tool.name == name; });
}

void ToolMethods::list(const MethodCall &call) const
{
    if (call.hasCursor())
        return call.refuse(u"The cursor is not one that this server gave."_s);
    const QList<Tool> tools = m_tools.list(call.scope.caller, call.scope.toolset);
    call.reply->result(m_support.writer->write(listed("tools", tools, *call.scope.traits),
                                               *call.scope.traits, kListCaching));
}

void ToolMethods::run(const MethodCall &call)
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
    const CallPtr running =
        Call::begin(m_support, call.scope, call.message, name->toUtf8(), call.reply);
    if (!running)
        return;
    if (call.scope.traits->stateless && m_support.tasks && !running->canBeTask() &&
        needsTask(*name, call.scope))
        return call.reply->error(lacksTasks());
    m_support.calls->run(
        runTool(running, m_tools.call(*name, hasArguments ? std::move(*arguments) : Json::object(),
                                      running->context())));
}

} // namespace flaredeck::mcp
