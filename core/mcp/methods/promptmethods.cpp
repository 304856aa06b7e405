#include "core/mcp/mcpserver.h"
#include "core/mcp/methods/methods.h"

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace flaredeck::mcp {

namespace {

/// What is wrong with the arguments of a prompt; empty when nothing is.
QString faultOf(const Json &arguments, const QList<PromptArgument> &wanted)
{
    const bool areStrings =
        arguments.is_object() && std::all_of(arguments.begin(), arguments.end(),
                                             [](const Json &value) { return value.is_string(); });
    if (!areStrings)
        return u"The arguments of a prompt must be an object of strings."_s;
    for (const PromptArgument &one : wanted) {
        if (one.required && !json::find(arguments, one.name.toUtf8().constData()))
            return u"The prompt needs the argument %1."_s.arg(one.name);
    }
    return {};
}

Task<> answerWith(CallPtr call, Task<Result<PromptResult>> work)
{
    const Result<PromptResult> prompt = co_await work;
    if (prompt)
        call->succeed(toJson(*prompt, call->traits()));
    else
        call->fail(rpc::toRpcError(prompt.error()));
}

} // namespace

void methods::listPrompts(const MethodCall &call)
{
    answerList(call, "prompts", call.server.features().prompts->list(call.sender->caller));
}

void methods::getPrompt(const MethodCall &call)
{
    PromptProvider &provider = *call.server.features().prompts;
    const auto name = json::stringAt(call.message.params, "name");
    if (!name)
        return call.refuse(u"prompts/get needs name as a string."_s);
    const QList<Prompt> prompts = provider.list(call.sender->caller);
    const auto prompt = std::find_if(prompts.cbegin(), prompts.cend(),
                                     [&name](const Prompt &one) { return one.name == *name; });
    if (prompt == prompts.cend())
        return call.refuse(u"There is no prompt %1."_s.arg(*name));
    const Json *given = json::find(call.message.params, "arguments");
    Json arguments = given ? *given : Json::object();
    if (arguments.is_object())
        std::erase_if(arguments.get_ref<Json::object_t &>(),
                      [](const auto &member) { return member.second.is_null(); });
    if (const QString fault = faultOf(arguments, prompt->arguments); !fault.isEmpty())
        return call.refuse(fault);
    if (const CallPtr running = Call::begin(call, name->toUtf8()))
        call.server.calls().run(answerWith(running, provider.get(*name, arguments, running)));
}

} // namespace flaredeck::mcp
