#include "core/tools/remotetool.h"

#include "core/base/crypto.h"
#include "core/base/plaintext.h"

#include <QElapsedTimer>

#include <algorithm>
#include <array>

namespace flaredeck::tools {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype kLongestTitle = 100;
constexpr qsizetype kLongestDescription = 8000;

QString textAt(const Json &object, const char *key)
{
    return json::stringAt(object, key).value_or(QString());
}

/// Words of a name that say more than a claim.
bool soundsDestructive(const QString &name)
{
    static constexpr std::array words{"delete"_L1, "remove"_L1, "destroy"_L1,
                                      "purge"_L1,  "drop"_L1,   "revoke"_L1};
    const QString lower = name.toLower();
    return std::any_of(words.begin(), words.end(),
                       [&lower](QLatin1String word) { return lower.contains(word); });
}

Json objectSchema(const Json *schema)
{
    Json object = schema && schema->is_object() ? *schema : Json::object();
    if (object.value("type", Json()) != "object")
        object["type"] = "object";
    if (!object.contains("properties"))
        object["properties"] = Json::object();
    return object;
}

} // namespace

QString remotetool::nameOf(const QString &server, const QString &tool)
{
    constexpr qsizetype kDigits = 5; // with what separates them
    QString name = server + u"__"_s;
    bool isWhole = true;
    for (const QChar c : tool) {
        const bool isKnown = (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') ||
                             (c >= u'0' && c <= u'9') || c == u'_' || c == u'-';
        isWhole = isWhole && isKnown;
        name += isKnown ? c : u'_';
    }
    if (isWhole && name.size() <= kLongestName)
        return name;
    return name.left(kLongestName - kDigits) + u'_' +
           QString::fromLatin1(crypto::sha256(tool.toUtf8()).toHex().left(kDigits - 1));
}

Effect remotetool::effectOf(const Json &tool, std::optional<Effect> known)
{
    if (known)
        return *known;
    const bool isBad = soundsDestructive(textAt(tool, "name"));
    const Json *hints = json::find(tool, "annotations");
    if (hints && json::boolAt(*hints, "readOnlyHint").value_or(false))
        return isBad ? Effect::Changes : Effect::Reads;
    const bool destroys = hints && json::boolAt(*hints, "destructiveHint").value_or(false);
    return isBad || destroys ? Effect::Destroys : Effect::Changes;
}

QString remotetool::readScope(const QString &server)
{
    return server + u":read"_s;
}

QString remotetool::writeScope(const QString &server)
{
    return server + u":write"_s;
}

ToolDefinition remotetool::define(const QString &server, const Json &tool,
                                  std::optional<Effect> known, bool isChanged)
{
    ToolDefinition definition;
    const QString name = textAt(tool, "name");
    const Json *hints = json::find(tool, "annotations");
    QString title = textAt(tool, "title");
    if (title.isEmpty() && hints)
        title = textAt(*hints, "title");
    definition.remoteName = name;
    definition.isChanged = isChanged;
    definition.toolsets = {server};
    definition.effect = effectOf(tool, known);
    definition.scope = definition.effect == Effect::Reads ? readScope(server) : writeScope(server);
    definition.tool.name = nameOf(server, name);
    definition.tool.title = plaintext::line(plaintext::cut(
        title.trimmed().isEmpty() ? QString(name).replace(u'_', u' ') : title, kLongestTitle));
    definition.tool.description =
        plaintext::block(plaintext::cut(textAt(tool, "description"), kLongestDescription));
    definition.tool.inputSchema = objectSchema(json::find(tool, "inputSchema"));
    if (const Json *output = json::find(tool, "outputSchema"); output && output->is_object())
        definition.tool.outputSchema = *output;
    definition.tool.annotations.title = definition.tool.title;
    definition.tool.annotations.readOnly = definition.effect == Effect::Reads;
    definition.tool.annotations.destructive = definition.effect == Effect::Destroys;
    definition.tool.annotations.idempotent =
        hints && json::boolAt(*hints, "idempotentHint").value_or(false);
    definition.tool.annotations.openWorld = true;
    return definition;
}

RemoteTool::RemoteTool(const ToolDefinition &definition, RemoteCall call)
    : m_server(definition.toolset())
    , m_name(definition.remoteName)
    , m_title(definition.tool.title)
    , m_schema(definition.tool.inputSchema)
    , m_call(std::move(call))
{
}

Task<Result<mcp::ToolResult>> RemoteTool::run(InvocationPtr call) const
{
    QElapsedTimer elapsed;
    elapsed.start();
    auto calling = m_call(m_server, m_name, m_schema, call->arguments, call->context);
    const Result<Json> result = co_await calling;
    if (call->trace) {
        constexpr int kOk = 200;
        call->trace->append({u"MCP"_s, m_server + u'/' + plaintext::line(m_name), result ? kOk : 0,
                             int(elapsed.elapsed()), QString()});
    }
    if (!result)
        co_return fail(result.error());
    co_return mcp::readToolResult(*result);
}

} // namespace flaredeck::tools
