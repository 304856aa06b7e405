#include "core/remote/wire.h"

#include "core/http/headernames.h"
#include "core/mcp/metakeys.h"

#include <algorithm>
#include <array>

namespace flaredeck::remote::wire {

using namespace Qt::Literals::StringLiterals;

namespace {

const QByteArray kEncodedStart = QByteArrayLiteral("=?base64?");
const QByteArray kEncodedEnd = QByteArrayLiteral("?=");

QByteArray valueText(const Json &value)
{
    return value.is_string() ? QByteArray::fromStdString(value.get_ref<const std::string &>())
                             : json::print(value);
}

} // namespace

bool isLegacyRevision(const QString &revision)
{
    static constexpr std::array known{"2025-11-25"_L1, "2025-06-18"_L1, "2025-03-26"_L1,
                                      "2024-11-05"_L1};
    return std::find(known.begin(), known.end(), revision) != known.end();
}

Json clientInfo()
{
    return {{"name", "flaredeck"}, {"title", "Flaredeck"}, {"version", FLAREDECK_VERSION}};
}

Json capabilitiesOf(const mcp::CallContext *context)
{
    Json capabilities = Json::object();
    if (!context)
        return capabilities;
    const auto can = [context](const char *method, const char *mode) {
        Json params = Json::object();
        if (*mode)
            params["mode"] = mode;
        return context->canAsk({QString(), method, params, {}});
    };
    if (can("elicitation/create", "form"))
        capabilities["elicitation"]["form"] = Json::object();
    if (can("elicitation/create", "url"))
        capabilities["elicitation"]["url"] = Json::object();
    if (can("sampling/createMessage", ""))
        capabilities["sampling"] = Json::object();
    if (can("roots/list", ""))
        capabilities["roots"] = Json::object();
    return capabilities;
}

QByteArray headerValue(const QByteArray &text)
{
    const bool isPlain = std::all_of(text.begin(), text.end(),
                                     [](char c) { return c >= 0x20 && c < 0x7f; }) &&
                         text.trimmed() == text &&
                         !(text.startsWith(kEncodedStart) && text.endsWith(kEncodedEnd));
    return isPlain ? text : kEncodedStart + text.toBase64() + kEncodedEnd;
}

void appendStandardHeaders(http::Headers &headers, const std::string &method, const Json &params,
                           const Json &schema)
{
    headers.append(http::header::kMethod.toByteArray(), QByteArray::fromStdString(method));
    const bool isCall = method == "tools/call";
    if (const auto name = json::stringAt(params, method == "resources/read" ? "uri" : "name");
        name && (isCall || method == "prompts/get" || method == "resources/read"))
        headers.append(http::header::kName.toByteArray(), headerValue(name->toUtf8()));
    const Json *properties = json::find(schema, "properties");
    const Json *arguments = json::find(params, "arguments");
    if (!isCall || !properties || !properties->is_object() || !arguments)
        return;
    for (const auto &[name, property] : properties->items()) {
        const auto marked = json::stringAt(property, "x-mcp-header");
        const Json *value = json::find(*arguments, name.c_str());
        if (!marked || !value || value->is_structured() || value->is_null())
            continue;
        // What is no field name cannot be sent (RFC 9110 §5.1).
        const QByteArray suffix = marked->toLatin1();
        const bool isToken = !suffix.isEmpty() &&
                             std::all_of(suffix.begin(), suffix.end(), [](char c) {
                                 return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                        (c >= '0' && c <= '9') || c == '-' || c == '_';
                             });
        if (isToken)
            headers.append(http::header::kArgumentPrefix.toByteArray() + suffix,
                           headerValue(valueText(*value)));
    }
}

Json modernMeta(const mcp::CallContext *context)
{
    return {{mcp::meta::kProtocolVersion, kModern.toStdString()},
            {mcp::meta::kClientInfo, clientInfo()},
            {mcp::meta::kClientCapabilities, capabilitiesOf(context)}};
}

QString challengeParameter(const QByteArray &header, QByteArrayView name)
{
    qsizetype at = 0;
    const auto isWordEnd = [](char c) { return c == ' ' || c == ',' || c == '\t'; };
    while ((at = header.toLower().indexOf(name.toByteArray().toLower() + '=', at)) >= 0) {
        const qsizetype value = at + name.size() + 1;
        if (at > 0 && !isWordEnd(header.at(at - 1))) {
            at = value;
            continue;
        }
        if (value < header.size() && header.at(value) == '"') {
            QByteArray text;
            for (qsizetype i = value + 1; i < header.size() && header.at(i) != '"'; ++i) {
                if (header.at(i) == '\\' && i + 1 < header.size())
                    ++i;
                text += header.at(i);
            }
            return QString::fromUtf8(text);
        }
        qsizetype end = value;
        while (end < header.size() && !isWordEnd(header.at(end)))
            ++end;
        return QString::fromUtf8(header.mid(value, end - value));
    }
    return {};
}

} // namespace flaredeck::remote::wire
