#include "fixturetools.h"

#include "core/base/waiting.h"

#include "fixturesamples.h"
#include "mrtrtools.h"
#include "tasktools.h"

#include <algorithm>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace flaredeck::conformance {

using mcp::CallContextPtr;
using mcp::Content;
using mcp::ToolResult;

namespace {

constexpr auto kStep = 50ms;

Work says(const ToolResult &result)
{
    return [result](Json, CallContextPtr) -> Task<Result<ToolResult>> { co_return result; };
}

Work saysText(const char *text)
{
    return says(ToolResult::text(QString::fromUtf8(text)));
}

ToolResult blocks(QList<Content> content)
{
    return {std::move(content), std::nullopt, false};
}

Task<Result<ToolResult>> progress(Json, CallContextPtr context)
{
    context->progress(0, 100, {});
    co_await pause(kStep, context->stop);
    context->progress(50, 100, {});
    co_await pause(kStep, context->stop);
    context->progress(100, 100, {});
    co_return ToolResult::text(u"Progress completed"_s);
}

Task<Result<ToolResult>> logging(Json, CallContextPtr context)
{
    context->log(mcp::LogLevel::Info, "Tool execution started");
    co_await pause(kStep, context->stop);
    context->log(mcp::LogLevel::Info, "Tool processing data");
    co_await pause(kStep, context->stop);
    context->log(mcp::LogLevel::Info, "Tool execution completed");
    co_return ToolResult::text(u"Logged three times"_s);
}

Task<Result<ToolResult>> reconnection(Json, CallContextPtr context)
{
    context->letGo();
    co_await pause(2 * kStep, context->stop);
    co_return ToolResult::text(u"Reconnection test completed successfully"_s);
}

Task<Result<ToolResult>> region(Json arguments, CallContextPtr)
{
    co_return ToolResult::text(u"Region: "_s +
                               json::stringAt(arguments, "region").value_or(u"none"_s));
}

Json schemaOf2020()
{
    const auto requires_ = [](const char *name) { return Json{{"required", {name}}}; };
    return {
        {"$schema", "https://json-schema.org/draft/2020-12/schema"},
        {"type", "object"},
        {"$defs",
         {{"address",
           {{"$anchor", "addressDef"},
            {"type", "object"},
            {"properties", {{"street", {{"type", "string"}}}, {"city", {{"type", "string"}}}}}}}}},
        {"properties",
         {{"name", {{"type", "string"}}},
          {"address", {{"$ref", "#/$defs/address"}}},
          {"contactMethod", {{"type", "string"}, {"enum", {"phone", "email"}}}},
          {"phone", {{"type", "string"}}},
          {"email", {{"type", "string"}}}}},
        {"allOf",
         Json::array({{{"anyOf", Json::array({requires_("phone"), requires_("email")})}}})},
        {"if",
         {{"properties", {{"contactMethod", {{"const", "phone"}}}}},
          {"required", {"contactMethod"}}}},
        {"then", requires_("phone")},
        {"else", requires_("email")},
        {"additionalProperties", false}};
}

} // namespace

FixtureTool makeTool(const char *name, const char *description, Work work, const Json &properties,
                     const Json &required)
{
    FixtureTool made;
    made.tool.name = QString::fromUtf8(name);
    made.tool.description = QString::fromUtf8(description);
    made.tool.inputSchema = {{"type", "object"}, {"properties", properties}};
    if (!required.empty())
        made.tool.inputSchema["required"] = required;
    made.tool.annotations = {{}, true, false, true, false};
    made.work = std::move(work);
    return made;
}

FixtureTools::FixtureTools(std::function<void()> promptsChanged, QObject *parent)
    : ToolProvider(parent)
{
    const auto add = [this](FixtureTool tool) { m_tools.push_back(std::move(tool)); };
    const mcp::ResourceContents embedded{u"test://embedded-resource"_s,
                                         u"text/plain"_s,
                                         u"This is an embedded resource content."_s,
                                         {}};
    const mcp::ResourceContents mixed{u"test://mixed-content-resource"_s,
                                      u"application/json"_s,
                                      uR"({"test":"data","value":123})"_s,
                                      {}};

    // The suite tries headers with the first tool, without arguments.
    add(makeTool("test_x_mcp_header", "Names the region that it was told", region,
                 {{"region", {{"type", "string"}, {"x-mcp-header", "Region"}}},
                  {"level", {{"type", "integer"}}}}));
    add(makeTool("test_simple_text", "Returns text",
                 saysText("This is a simple text response for testing.")));
    add(makeTool("test_image_content", "Returns a picture",
                 says(blocks({Content::image(samplePng(), u"image/png"_s)}))));
    add(makeTool("test_audio_content", "Returns a sound",
                 says(blocks({Content::audio(sampleWav(), u"audio/wav"_s)}))));
    add(makeTool("test_embedded_resource", "Returns a resource",
                 says(blocks({Content::embedded(embedded)}))));
    add(makeTool(
        "test_multiple_content_types", "Returns text, a picture and a resource",
        says(blocks({Content::ofText(u"Multiple content types test:"_s),
                     Content::image(samplePng(), u"image/png"_s), Content::embedded(mixed)}))));
    add(makeTool(
        "test_error_handling", "Fails",
        says(ToolResult::error(u"This tool intentionally returns an error for testing"_s))));
    add(makeTool("test_tool_with_progress", "Reports progress", progress));
    add(makeTool("test_tool_with_logging", "Logs three messages", logging));
    add(makeTool("test_reconnection", "Lets the connection go", reconnection));
    add(makeTool("test_logging_tool", "Logs one message",
                 [](Json, CallContextPtr context) -> Task<Result<ToolResult>> {
                     context->log(mcp::LogLevel::Info, "One message");
                     co_return ToolResult::text(u"Logged once"_s);
                 }));
    add(makeTool("test_streaming_elicitation", "Asks nobody", saysText("Nobody was asked")));
    add(makeTool("test_trigger_tool_change", "Announces that the tools changed",
                 [this](Json, CallContextPtr) -> Task<Result<ToolResult>> {
                     emit listChanged();
                     co_return ToolResult::text(u"Announced"_s);
                 }));
    add(makeTool("test_trigger_prompt_change", "Announces that the prompts changed",
                 [promptsChanged](Json, CallContextPtr) -> Task<Result<ToolResult>> {
                     promptsChanged();
                     co_return ToolResult::text(u"Announced"_s);
                 }));
    FixtureTool strict = makeTool("json_schema_2020_12_tool", "Has a schema of many keywords",
                                  saysText("The schema was kept"));
    strict.tool.inputSchema = schemaOf2020();
    add(std::move(strict));
    for (auto *group : {askingTools, taskTools}) {
        for (FixtureTool &tool : group())
            add(std::move(tool));
    }
}

QList<mcp::Tool> FixtureTools::list(const CallerPtr &, const QString &) const
{
    QList<mcp::Tool> tools;
    for (const FixtureTool &one : m_tools)
        tools << one.tool;
    return tools;
}

QString FixtureTools::instructions(const CallerPtr &) const
{
    return u"Tools for the conformance suite."_s;
}

Task<Result<ToolResult>> FixtureTools::call(QString name, Json arguments, CallContextPtr context)
{
    const auto found = std::find_if(m_tools.begin(), m_tools.end(),
                                    [&name](const auto &one) { return one.tool.name == name; });
    if (found == m_tools.end())
        co_return fail(Error::Kind::NotFound, u"There is no tool "_s + name + u'.');
    co_return co_await found->work(std::move(arguments), std::move(context));
}

} // namespace flaredeck::conformance
