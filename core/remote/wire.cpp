#include "core/remote/wire.h"

#include "core/http/fieldsyntax.h"
#include "core/http/headernames.h"
#include "core/mcp/metakeys.h"

#include <QSet>

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

constexpr const char *kMark = "x-mcp-header";

/// False where a mark cannot be obeyed; collects their names.
bool takeMarks(const Json &schema, QSet<QString> &names)
{
    const Json *properties = json::find(schema, "properties");
    if (!properties || !properties->is_object())
        return true;
    for (const auto &item : properties->items()) {
        const Json &property = item.value();
        if (const Json *mark = json::find(property, kMark)) {
            const QString name = json::toQString(*mark);
            const QString type = json::stringAt(property, "type").value_or(QString());
            const bool isPlain =
                type == "string"_L1 || type == "integer"_L1 || type == "boolean"_L1;
            if (!isPlain || !http::isToken(name.toUtf8()) || names.contains(name.toLower()))
                return false;
            names.insert(name.toLower());
        } else if (!takeMarks(property, names)) {
            return false;
        }
    }
    return true;
}

void appendMarked(http::Headers &headers, const Json &schema, const Json &arguments)
{
    const Json *properties = json::find(schema, "properties");
    if (!properties || !properties->is_object())
        return;
    for (const auto &[name, property] : properties->items()) {
        const Json *value = json::find(arguments, name.c_str());
        if (!value || value->is_null())
            continue;
        const auto mark = json::stringAt(property, kMark);
        if (!mark) {
            appendMarked(headers, property, *value);
        } else if (!value->is_structured() && http::isToken(mark->toUtf8())) {
            headers.append(http::header::kArgumentPrefix.toByteArray() + mark->toLatin1(),
                           headerValue(valueText(*value)));
        }
    }
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
    const bool isPlain =
        std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; }) &&
        text.trimmed() == text && !(text.startsWith(kEncodedStart) && text.endsWith(kEncodedEnd));
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
    if (const Json *arguments = json::find(params, "arguments"); isCall && arguments)
        appendMarked(headers, schema, *arguments);
}

bool hasUsableMarks(const Json &schema)
{
    QSet<QString> names;
    return takeMarks(schema, names);
}

bool isSessionId(QByteArrayView id)
{
    return !id.isEmpty() && id.size() <= 1024 &&
           std::all_of(id.begin(), id.end(), [](char c) { return c > 0x20 && c < 0x7f; });
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
    const QByteArray folded = header.toLower();
    const QByteArray wanted = name.toByteArray().toLower() + '=';
    const auto isWordEnd = [](char c) { return c == ' ' || c == ',' || c == '\t'; };
    while ((at = folded.indexOf(wanted, at)) >= 0) {
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
