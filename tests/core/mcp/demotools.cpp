#include "demotools.h"

#include "core/base/waiting.h"

#include <stdexcept>

using namespace flaredeck;
using namespace flaredeck::mcp;
using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QString kNumbers = u"numbers"_s;

bool isOf(const QString &toolset, const QString &tool)
{
    return toolset.isEmpty() || tool == "add"_L1 || tool == "count"_L1;
}

Tool described(const QString &name, const QString &title, Json properties)
{
    Tool tool;
    tool.name = name;
    tool.title = title;
    tool.description = title + u'.';
    tool.inputSchema = {{"type", "object"}, {"properties", std::move(properties)}};
    tool.annotations = {title, true, false, true, false};
    return tool;
}

Task<Result<ToolResult>> count(int steps, CallContextPtr context, std::shared_ptr<int> counting)
{
    ++*counting;
    for (int step = 1; step <= steps && !context->stop.stop_requested(); ++step) {
        co_await pause(10ms, context->stop);
        context->progress(step, steps, u"step %1"_s.arg(step));
    }
    --*counting;
    if (context->stop.stop_requested())
        co_return fail(Error::Kind::Cancelled, u"The call was cancelled."_s);
    co_return ToolResult::text(u"counted"_s);
}

QList<InputRequest> nameQuestion()
{
    return {{u"name"_s,
             "elicitation/create",
             {{"message", "Your name?"},
              {"requestedSchema",
               {{"type", "object"},
                {"properties", {{"name", {{"type", "string"}}}}},
                {"required", {"name"}}}}}}};
}

Task<Result<ToolResult>> meet(CallContextPtr context)
{
    const auto answers = co_await context->ask(nameQuestion());
    if (!answers)
        co_return fail(answers.error());
    const Json &answer = answers->at("name");
    if (answer.at("action") != "accept")
        co_return ToolResult::text(u"Hello stranger"_s);
    co_return ToolResult::text(u"Hello "_s + json::toQString(answer.at("content").at("name")));
}

Task<Result<ToolResult>> unlock(QFuture<bool> decision, CallContextPtr context)
{
    context->hold(true);
    const auto opens = co_await waitFor(std::move(decision), context->stop);
    context->hold(false);
    if (opens.value_or(false))
        co_return ToolResult::text(u"opened"_s);
    if (!context->lackScopes({u"key"_s}))
        co_return ToolResult::error(u"It lacks the scope key."_s);
    co_return ToolResult::error(u"This is not sent."_s);
}

} // namespace

QStringList DemoTools::toolsets() const
{
    return {kNumbers};
}

QList<Tool> DemoTools::list(const CallerPtr &caller, const QString &toolset) const
{
    const Json number{{"type", "number"}};
    Tool add = described(u"add"_s, u"Add"_s, {{"a", number}, {"b", number}});
    add.outputSchema = Json{{"type", "object"}, {"properties", {{"sum", number}}}};
    QList<Tool> tools{add,
                      described(u"remember"_s, u"Remember"_s,
                                {{"value", {{"type", "string"}, {"x-mcp-header", "Value"}}}}),
                      described(u"fail"_s, u"Fail"_s, {{"how", {{"type", "string"}}}}),
                      described(u"meet"_s, u"Meet"_s, Json::object()),
                      described(u"tell"_s, u"Tell"_s, Json::object())};
    if (caller->scopes.contains(u"count"_s))
        tools << described(u"count"_s, u"Count"_s, {{"steps", {{"type", "integer"}}}});
    tools.removeIf([&toolset](const Tool &tool) { return !isOf(toolset, tool.name); });
    return tools;
}

QString DemoTools::instructions(const CallerPtr &caller) const
{
    return u"Tools for "_s + caller->clientName;
}

Task<Result<ToolResult>> DemoTools::call(QString name, Json arguments, CallContextPtr context)
{
    m_lastAccountHeader = context->accountHeader;
    m_lastClient = context->clientVersion;
    if (!isOf(context->toolset, name))
        co_return fail(Error::Kind::NotFound, u"There is no tool of this name."_s);
    if (name == "add"_L1) {
        const double sum = arguments.value("a", 0.0) + arguments.value("b", 0.0);
        ToolResult result = ToolResult::text(QString::number(sum));
        result.structured = Json{{"sum", sum}};
        co_return result;
    }
    if (name == "count"_L1 && context->caller->scopes.contains(u"count"_s))
        co_return co_await count(arguments.value("steps", 1), std::move(context), m_counting);
    if (name == "remember"_L1) {
        if (!context->keepsSession())
            co_return ToolResult::text(u"no session"_s);
        const Json state = context->sessionState();
        context->setSessionState({{"value", arguments.value("value", "")}});
        co_return ToolResult::text(json::stringAt(state, "value").value_or(u"nothing"_s));
    }
    if (name == "step out"_L1) {
        context->letGo();
        if (arguments.contains("ask"))
            co_return co_await meet(std::move(context));
        if (arguments.contains("fail"))
            co_return fail(Error::Kind::InvalidInput, u"how is wrong."_s);
        co_return co_await count(arguments.value("steps", 1), std::move(context), m_counting);
    }
    if (name == "meet"_L1)
        co_return co_await meet(std::move(context));
    if (name == "locked"_L1) {
        const auto promise = std::make_shared<QPromise<bool>>();
        promise->start();
        m_locked << promise;
        co_return co_await unlock(promise->future(), std::move(context));
    }
    if (name == "tell"_L1) {
        context->log(LogLevel::Debug, "quiet");
        context->log(LogLevel::Error, "loud");
        co_return ToolResult::text(u"told"_s);
    }
    if (name == "fail"_L1) {
        const QString how = json::stringAt(arguments, "how").value_or(QString());
        if (how == "throw"_L1)
            throw std::runtime_error("a bug");
        if (how == "input"_L1)
            co_return fail(Error::Kind::InvalidInput, u"how is wrong."_s);
        co_return fail(Error::Kind::Denied, u"The person said no."_s, u"Ask again later."_s);
    }
    co_return fail(Error::Kind::NotFound, u"There is no tool "_s + name + u'.');
}

void DemoTools::decide(bool opens)
{
    for (const auto &promise : std::exchange(m_locked, {})) {
        promise->addResult(opens);
        promise->finish();
    }
}
