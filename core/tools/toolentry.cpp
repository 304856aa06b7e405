#include "core/tools/toolentry.h"

#include "core/provider/facts.h"
#include "core/tools/resttool.h"

namespace flaredeck::tools {

using namespace Qt::Literals::StringLiterals;

namespace {

const Json &accountArgument()
{
    static const Json schema{
        {"type", "string"},
        {"minLength", 1},
        {"description",
         u"Id or name of the %1 account that this call is about, as accounts_list shows it. "
         "The session's active account when left out."_s.arg(provider::facts().name)
             .toStdString()}};
    return schema;
}

std::unique_ptr<const Tool> makeTool(const ToolDefinition &definition, const UpstreamPtr &upstream,
                                     const Coded &coded)
{
    const QString &name = definition.tool.name;
    if (!definition.request) {
        const auto made = coded.tools.find(name);
        if (made == coded.tools.end())
            qFatal("%s has neither a request nor code", qPrintable(name));
        return made->second(upstream);
    }
    Coded::Render render;
    if (definition.result.form == ResultTemplate::Form::Coded) {
        const auto form = coded.forms.find(definition.result.code);
        if (form == coded.forms.end())
            qFatal("%s has a result of an unknown form", qPrintable(name));
        render = form->second;
    }
    return std::make_unique<RestTool>(definition, upstream, std::move(render));
}

} // namespace

mcp::Tool withAccountArgument(mcp::Tool tool)
{
    tool.inputSchema["properties"]["account_id"] = accountArgument();
    return tool;
}

ToolEntry makeEntry(const ToolDefinition &definition, const UpstreamPtr &upstream,
                    const Coded &coded)
{
    return {definition, makeTool(definition, upstream, coded), {}, {}};
}

const SchemaCheck &ToolEntry::check() const
{
    if (!compiled) {
        const mcp::Tool &published = definition.tool;
        Result<SchemaCheck> made = SchemaCheck::compile(
            definition.needsAccount ? withAccountArgument(published).inputSchema
                                    : published.inputSchema);
        // What a remote server wrote may be no schema: then it has to check for itself.
        if (!made && !definition.remoteName.isEmpty())
            made = SchemaCheck::compile({{"type", "object"}});
        if (!made)
            qFatal("the input schema of %s is broken: %s", qPrintable(published.name),
                   qPrintable(made.error().detail));
        compiled = *std::move(made);
    }
    return *compiled;
}

} // namespace flaredeck::tools
