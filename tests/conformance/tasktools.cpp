#include "tasktools.h"

#include "core/base/waiting.h"

#include "mrtrtools.h"

#include <algorithm>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace flaredeck::conformance {

using mcp::CallContextPtr;
using mcp::InputRequest;
using mcp::ToolResult;

namespace {

/// Waits, unless the call is cancelled.
Task<bool> waited(std::chrono::milliseconds time, std::stop_token stop)
{
    co_await pause(time, stop);
    co_return !stop.stop_requested();
}

QString text(const Json &object, const char *key)
{
    return json::stringAt(object, key).value_or(QString());
}

Task<Result<ToolResult>> greet(Json arguments, CallContextPtr)
{
    co_return ToolResult::text(u"Hello, %1!"_s.arg(text(arguments, "name")));
}

Task<Result<ToolResult>> slowCompute(Json arguments, CallContextPtr context)
{
    context->letGo();
    const auto time = std::chrono::milliseconds(int(arguments.value("seconds", 1.0) * 1000));
    if (!co_await waited(time, context->stop))
        co_return fail(Error::Kind::Cancelled, u"The call was cancelled."_s);
    co_return ToolResult::text(u"Computed %1"_s.arg(text(arguments, "label")));
}

Task<Result<ToolResult>> failingJob(Json, CallContextPtr context)
{
    context->letGo();
    co_await waited(1s, context->stop);
    co_return ToolResult::error(u"The job failed"_s);
}

Task<Result<ToolResult>> protocolErrorJob(Json, CallContextPtr context)
{
    context->letGo();
    co_await waited(200ms, context->stop);
    co_return fail(Error::Kind::InvalidInput, u"The job could not be understood."_s);
}

QList<InputRequest> confirmation(const Json &arguments)
{
    return {form(u"confirm"_s, u"Delete %1?"_s.arg(text(arguments, "filename")),
                 {{"confirm", {{"type", "boolean"}}}}, {"confirm"})};
}

Task<Result<ToolResult>> confirmDelete(Json arguments, CallContextPtr context)
{
    context->letGo();
    const auto answers = co_await context->ask(confirmation(arguments));
    if (!answers)
        co_return fail(answers.error());
    co_return ToolResult::text(u"Deletion: "_s + QString::fromUtf8(json::print(*answers)));
}

QList<InputRequest> nameAndConfirmation()
{
    return {form(u"name"_s, u"What is your name?"_s, {{"name", {{"type", "string"}}}}),
            form(u"confirm"_s, u"Go on?"_s, {{"confirm", {{"type", "boolean"}}}})};
}

Task<Result<ToolResult>> multiInput(Json, CallContextPtr context)
{
    context->letGo();
    const auto answers = co_await context->ask(nameAndConfirmation());
    if (!answers)
        co_return fail(answers.error());
    co_return ToolResult::text(u"Both: "_s + QString::fromUtf8(json::print(*answers)));
}

QList<InputRequest> nameQuestion()
{
    return {userName()};
}

Task<Result<ToolResult>> asksThenWorks(Json, CallContextPtr context)
{
    const auto answers = co_await context->ask(nameQuestion());
    if (!answers)
        co_return fail(answers.error());
    context->letGo();
    co_await waited(200ms, context->stop);
    co_return ToolResult::text(
        u"Hello, %1!"_s.arg(text(answers->at("user_name").at("content"), "name")));
}

} // namespace

std::vector<FixtureTool> taskTools()
{
    const Json string{{"type", "string"}};
    std::vector<FixtureTool> tools;
    tools.push_back(makeTool("greet", "Greets at once", greet, {{"name", string}}, {"name"}));
    tools.push_back(makeTool("slow_compute", "Takes its time", slowCompute,
                             {{"seconds", {{"type", "number"}}}, {"label", string}}));
    tools.push_back(makeTool("failing_job", "Fails after a second", failingJob));
    tools.back().tool.needsTask = true;
    tools.push_back(makeTool("protocol_error_job", "Ends with an error", protocolErrorJob));
    tools.push_back(makeTool("confirm_delete", "Asks before it deletes", confirmDelete,
                             {{"filename", string}}, {"filename"}));
    tools.push_back(makeTool("multi_input", "Asks two things at once", multiInput));
    tools.push_back(makeTool("test_tool_with_task", "Asks, then works", asksThenWorks));
    return tools;
}

} // namespace flaredeck::conformance
