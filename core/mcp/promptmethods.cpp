#include "core/mcp/promptmethods.h"

#include "core/mcp/revision.h"

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

} // namespace

PromptMethods::PromptMethods(PromptProvider &prompts, CallSupport support)
    : m_prompts(prompts)
    , m_support(std::move(support))
{
}

bool PromptMethods::handle(const MethodCall &call)
{
    if (call.message.method == "prompts/list")
        list(call);
    else if (call.message.method == "prompts/get")
        get(call);
    else
        return false;
    return true;
}

void PromptMethods::list(const MethodCall &call) const
{
    if (call.hasCursor())
        return call.refuse(u"The cursor is not one that this server gave."_s);
    const QList<Prompt> prompts = m_prompts.list(call.scope.caller);
    call.reply->result(m_support.writer->write(listed("prompts", prompts, *call.scope.traits),
                                               *call.scope.traits, kListCaching));
}

void PromptMethods::get(const MethodCall &call)
{
    const auto name = json::stringAt(call.message.params, "name");
    if (!name)
        return call.refuse(u"prompts/get needs name as a string."_s);
    const QList<Prompt> prompts = m_prompts.list(call.scope.caller);
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
    const CallPtr running =
        Call::begin(m_support, call.scope, call.message, name->toUtf8(), call.reply);
    if (!running)
        return;
    m_support.calls->run(answerWith<PromptResult>(
        running, m_prompts.get(*name, arguments, running->context()), std::nullopt,
        [](const PromptResult &result, const Traits &traits) { return toJson(result, traits); }));
}

} // namespace flaredeck::mcp
