#include "core/mcp/types.h"

#include "core/base/crypto.h"
#include "core/mcp/metakeys.h"
#include "core/mcp/revision.h"

namespace flaredeck::mcp {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int kMostCompletions = 100; // server/utilities/completion

std::string base64(const QByteArray &bytes)
{
    return bytes.toBase64().toStdString();
}

/// Members that resources and their templates have in common.
template <typename Described>
Json described(const Described &one, const Traits &traits)
{
    Json object{{"name", one.name}};
    if (traits.titles && !one.title.isEmpty())
        object["title"] = one.title;
    if (!one.description.isEmpty())
        object["description"] = one.description;
    if (!one.mimeType.isEmpty())
        object["mimeType"] = one.mimeType;
    return object;
}

} // namespace

Content Content::ofText(const QString &text)
{
    Content content;
    content.text = text;
    return content;
}

Content Content::image(const QByteArray &data, const QString &mimeType)
{
    Content content;
    content.kind = Kind::Image;
    content.data = data;
    content.mimeType = mimeType;
    return content;
}

Content Content::audio(const QByteArray &data, const QString &mimeType)
{
    Content content = image(data, mimeType);
    content.kind = Kind::Audio;
    return content;
}

Content Content::embedded(const ResourceContents &resource)
{
    Content content;
    content.kind = Kind::Resource;
    content.resource = resource;
    return content;
}

Content Content::linkTo(const Resource &resource)
{
    Content content;
    content.kind = Kind::ResourceLink;
    content.link = resource;
    return content;
}

ToolResult ToolResult::text(const QString &text)
{
    return {{Content::ofText(text)}, std::nullopt, false};
}

ToolResult ToolResult::structuredJson(Json value)
{
    const QString text = QString::fromUtf8(json::print(value));
    return {{Content::ofText(text)}, std::move(value), false};
}

ToolResult ToolResult::error(const QString &text)
{
    return {{Content::ofText(text)}, std::nullopt, true};
}

namespace {

Json ownMembers(const Content &content, const Traits &traits)
{
    switch (content.kind) {
    case Content::Kind::Audio:
        if (!traits.audio)
            return {{"type", "text"}, {"text", "[a sound, which this protocol revision lacks]"}};
        return {{"type", "audio"}, {"data", base64(content.data)}, {"mimeType", content.mimeType}};
    case Content::Kind::Image:
        return {{"type", "image"}, {"data", base64(content.data)}, {"mimeType", content.mimeType}};
    case Content::Kind::Resource:
        return {{"type", "resource"}, {"resource", toJson(content.resource)}};
    case Content::Kind::ResourceLink: {
        if (!traits.resourceLinks)
            return {{"type", "text"},
                    {"text", u"%1: %2"_s.arg(content.link.title, content.link.uri)}};
        Json link = toJson(content.link, traits);
        link["type"] = "resource_link";
        return link;
    }
    case Content::Kind::Text:
        break;
    }
    Json object = Json::object();
    object["type"] = "text";
    object["text"] = content.text;
    return object;
}

QString textAt(const Json &object, const char *key)
{
    return json::stringAt(object, key).value_or(QString());
}

std::optional<ResourceContents> readContents(const Json *resource)
{
    const auto uri = resource ? json::stringAt(*resource, "uri") : std::nullopt;
    if (!uri)
        return std::nullopt;
    ResourceContents contents{*uri, textAt(*resource, "mimeType"), textAt(*resource, "text"), {}};
    if (const auto blob = json::stringAt(*resource, "blob"))
        contents.blob = QByteArray::fromBase64(blob->toLatin1());
    return contents;
}

Content readContent(const Json &block)
{
    const QString type = textAt(block, "type");
    Content content = Content::ofText(textAt(block, "text"));
    const QByteArray data = QByteArray::fromBase64(textAt(block, "data").toLatin1());
    if (type == "image"_L1) {
        content = Content::image(data, textAt(block, "mimeType"));
    } else if (type == "audio"_L1) {
        content = Content::audio(data, textAt(block, "mimeType"));
    } else if (type == "resource_link"_L1) {
        content =
            Content::linkTo({textAt(block, "uri"), textAt(block, "name"), textAt(block, "title"),
                             textAt(block, "description"), textAt(block, "mimeType")});
    } else if (const auto resource = readContents(json::find(block, "resource"));
               type == "resource"_L1 && resource) {
        content = Content::embedded(*resource);
    } else if (type != "text"_L1) {
        content = Content::ofText(u"[a block of a kind that is not known here]"_s);
    }
    for (const char *key : {"annotations", "_meta"}) {
        if (const Json *member = json::find(block, key); member && member->is_object())
            content.more[key] = *member;
    }
    return content;
}

} // namespace

Json toJson(const Content &content, const Traits &traits)
{
    Json object = ownMembers(content, traits);
    if (content.more.is_object())
        object.update(content.more);
    return object;
}

ToolResult readToolResult(const Json &result)
{
    ToolResult read;
    if (const Json *blocks = json::find(result, "content"); blocks && blocks->is_array()) {
        for (const Json &block : *blocks)
            read.content << readContent(block);
    }
    if (const Json *structured = json::find(result, "structuredContent"))
        read.structured = *structured;
    if (read.structured && read.content.isEmpty())
        read.content << Content::ofText(QString::fromUtf8(json::print(*read.structured)));
    read.isError = json::boolAt(result, "isError").value_or(false);
    if (const Json *meta = json::find(result, "_meta"); meta && meta->is_object()) {
        for (const auto &[key, value] : meta->items()) {
            const bool isTheirs = key == meta::kAuthenticate || key == "securitySchemes" ||
                                  key.starts_with("openai/") ||
                                  key.starts_with("io.modelcontextprotocol/");
            if (!isTheirs)
                read.meta[key] = value;
        }
    }
    return read;
}

QByteArray toolHash(const Json &tool)
{
    Json judged = Json::object();
    for (const char *key :
         {"name", "title", "description", "inputSchema", "outputSchema", "annotations"}) {
        if (const Json *member = json::find(tool, key))
            judged[key] = *member;
    }
    return crypto::sha256(json::print(judged));
}

Json toJson(const ResourceContents &contents)
{
    Json object{{"uri", contents.uri}};
    if (!contents.mimeType.isEmpty())
        object["mimeType"] = contents.mimeType;
    if (contents.blob)
        object["blob"] = base64(*contents.blob);
    else
        object["text"] = contents.text;
    return object;
}

Json toJson(const Resource &resource, const Traits &traits)
{
    Json object = described(resource, traits);
    object["uri"] = resource.uri;
    return object;
}

Json toJson(const ResourceTemplate &resource, const Traits &traits)
{
    Json object = described(resource, traits);
    object["uriTemplate"] = resource.uriTemplate;
    return object;
}

Json toJson(const Prompt &prompt, const Traits &traits)
{
    Json object{{"name", prompt.name}, {"description", prompt.description}};
    if (traits.titles && !prompt.title.isEmpty())
        object["title"] = prompt.title;
    Json arguments = Json::array();
    for (const PromptArgument &argument : prompt.arguments)
        arguments.push_back({{"name", argument.name},
                             {"description", argument.description},
                             {"required", argument.required}});
    if (!arguments.empty())
        object["arguments"] = std::move(arguments);
    return object;
}

Json toJson(const PromptResult &result, const Traits &traits)
{
    Json messages = Json::array();
    for (const PromptMessage &message : result.messages)
        messages.push_back({{"role", message.fromAssistant ? "assistant" : "user"},
                            {"content", toJson(message.content, traits)}});
    Json object{{"messages", std::move(messages)}};
    if (!result.description.isEmpty())
        object["description"] = result.description;
    return object;
}

Json toJson(const Completion &completion)
{
    const QStringList shown = completion.values.mid(0, kMostCompletions);
    Json values = Json::array();
    for (const QString &value : shown)
        values.push_back(value);
    return {{"completion",
             {{"values", std::move(values)},
              {"total", completion.values.size()},
              {"hasMore", shown.size() < completion.values.size()}}}};
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
        content.push_back(toJson(block, traits));
    Json object = Json::object();
    object["content"] = std::move(content);
    if (traits.structuredOutput && result.structured)
        object["structuredContent"] = *result.structured;
    if (result.isError)
        object["isError"] = true;
    if (result.meta.is_object())
        object["_meta"] = result.meta;
    return object;
}

} // namespace flaredeck::mcp
