#include "core/mcp/methods/methods.h"

#include "core/mcp/mcpserver.h"
#include "core/mcp/revision.h"

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace flaredeck::mcp {

namespace {

void ping(const MethodCall &call)
{
    call.reply->result("{}");
}

void refuseInitialize(const MethodCall &call)
{
    call.reply->error({rpc::kInvalidRequest, u"This session is initialized already."_s});
}

void discover(const MethodCall &call)
{
    call.succeed(call.server.discovery(call.traits(), call.sender->caller), kListCaching);
}

void setLogLevel(const MethodCall &call)
{
    const Json *name = json::find(call.message.params, "level");
    const auto level = name ? logLevelNamed(*name) : std::nullopt;
    if (!level)
        return call.refuse(u"logging/setLevel needs a level that MCP names."_s);
    call.sender->session->setLogLevel(*level);
    call.server.sessions().save(*call.sender->session);
    call.reply->result("{}");
}

void complete(const MethodCall &call)
{
    const Json *ref = json::find(call.message.params, "ref");
    const Json *argument = json::find(call.message.params, "argument");
    const auto kind = ref ? json::stringAt(*ref, "type") : std::nullopt;
    const auto name = argument ? json::stringAt(*argument, "name") : std::nullopt;
    const auto begun = argument ? json::stringAt(*argument, "value") : std::nullopt;
    if (!kind || !name || !begun)
        return call.refuse(u"completion/complete needs ref.type, argument.name and argument.value "
                           u"as strings."_s);
    const Features &features = call.server.features();
    std::optional<Completion> completion;
    if (*kind == "ref/prompt"_L1 && features.prompts)
        completion = features.prompts->complete(json::stringAt(*ref, "name").value_or(QString()),
                                                *name, *begun);
    else if (*kind == "ref/resource"_L1 && features.resources)
        completion = features.resources->complete(json::stringAt(*ref, "uri").value_or(QString()),
                                                  *name, *begun);
    if (!completion)
        return call.refuse(u"There is nothing of this name to complete."_s);
    call.succeed(toJson(*completion));
}

using Era = Method::Era;
using Part = Method::Part;

// clang-format off
constexpr Method kMethods[] = {
    // name                      era             part                      queues named      answered by
    {"tools/call",               Era::Both,      Part::Any,                true,  "name",    methods::callTool},
    {"tools/list",               Era::Both,      Part::Any,                false, nullptr,   methods::listTools},
    {"prompts/list",             Era::Both,      Part::Prompts,            false, nullptr,   methods::listPrompts},
    {"prompts/get",              Era::Both,      Part::Prompts,            true,  "name",    methods::getPrompt},
    {"resources/list",           Era::Both,      Part::Resources,          false, nullptr,   methods::listResources},
    {"resources/templates/list", Era::Both,      Part::Resources,          false, nullptr,   methods::listTemplates},
    {"resources/read",           Era::Both,      Part::Resources,          true,  "uri",     methods::readResource},
    {"resources/subscribe",      Era::Sessions,  Part::Resources,          false, nullptr,   methods::subscribe},
    {"resources/unsubscribe",    Era::Sessions,  Part::Resources,          false, nullptr,   methods::unsubscribe},
    {"completion/complete",      Era::Both,      Part::PromptsOrResources, false, nullptr,   complete},
    {"tasks/get",                Era::Stateless, Part::Tasks,              false, "taskId",  methods::getTask},
    {"tasks/update",             Era::Stateless, Part::Tasks,              false, "taskId",  methods::updateTask},
    {"tasks/cancel",             Era::Stateless, Part::Tasks,              false, "taskId",  methods::cancelTask},
    {"initialize",               Era::Sessions,  Part::Any,                false, nullptr,   refuseInitialize},
    {"ping",                     Era::Sessions,  Part::Any,                false, nullptr,   ping},
    {"logging/setLevel",         Era::Sessions,  Part::Any,                false, nullptr,   setLogLevel},
    {"server/discover",          Era::Stateless, Part::Any,                false, nullptr,   discover},
    {"subscriptions/listen",     Era::Stateless, Part::Any,                false, nullptr,   nullptr},
};
// clang-format on

} // namespace

const Method *findMethod(std::string_view name, bool isStateless)
{
    const Era other = isStateless ? Era::Sessions : Era::Stateless;
    const auto found =
        std::find_if(std::begin(kMethods), std::end(kMethods),
                     [&](const Method &one) { return one.era != other && name == one.name; });
    return found == std::end(kMethods) ? nullptr : found;
}

bool isOffered(const Method &method, const McpServer &server)
{
    const Features &features = server.features();
    switch (method.part) {
    case Part::Prompts:
        return features.prompts;
    case Part::Resources:
        return features.resources;
    case Part::PromptsOrResources:
        return features.prompts || features.resources;
    case Part::Tasks:
        return server.tasks();
    case Part::Any:
        break;
    }
    return true;
}

} // namespace flaredeck::mcp
