#include "core/mcp/types.h"

#include "core/mcp/revision.h"

namespace flaredeck::mcp {

ToolResult ToolResult::text(const QString &text)
{
    return {{{text}}, std::nullopt, false};
}

ToolResult ToolResult::structuredJson(Json value)
{
    const QString text = QString::fromUtf8(json::print(value));
    return {{{text}}, std::move(value), false};
}

ToolResult ToolResult::error(const QString &text)
{
    return {{{text}}, std::nullopt, true};
}

Json toJson(const Tool &tool, const Traits &traits)
{
    Json object{
        {"name", tool.name}, {"description", tool.description}, {"inputSchema", tool.inputSchema}};
    if (traits.titles && !tool.title.isEmpty())
        object["title"] = tool.title;
    if (traits.structuredOutput && tool.outputSchema)
        object["outputSchema"] = *tool.outputSchema;
    if (traits.annotations) {
        const ToolAnnotations &hints = tool.annotations;
        Json annotations{{"readOnlyHint", hints.readOnly},
                         {"destructiveHint", hints.destructive},
                         {"idempotentHint", hints.idempotent},
                         {"openWorldHint", hints.openWorld}};
        if (!hints.title.isEmpty())
            annotations["title"] = hints.title;
        object["annotations"] = std::move(annotations);
    }
    return object;
}

Json toJson(const ToolResult &result, const Traits &traits)
{
    Json content = Json::array();
    for (const Content &block : result.content)
        content.push_back({{"type", "text"}, {"text", block.text}});
    Json object{{"content", std::move(content)}};
    if (traits.structuredOutput && result.structured)
        object["structuredContent"] = *result.structured;
    if (result.isError)
        object["isError"] = true;
    return object;
}

} // namespace flaredeck::mcp
