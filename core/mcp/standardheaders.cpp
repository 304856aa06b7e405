#include "core/mcp/standardheaders.h"

#include "core/mcp/errorcodes.h"

#include <QStringDecoder>

using namespace Qt::Literals::StringLiterals;

namespace flaredeck::mcp::standardheaders {

namespace {

constexpr QByteArrayView kEncodedStart = "=?base64?";
constexpr QByteArrayView kEncodedEnd = "?=";

rpc::RpcError mismatch(QString message)
{
    return {kHeaderMismatch, std::move(message)};
}

bool isUtf8(const QByteArray &bytes)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    const QString text = decoder(bytes);
    return !decoder.hasError();
}

/// The member of params that Mcp-Name repeats.
const char *nameMember(const std::string &method)
{
    if (method == "tools/call" || method == "prompts/get")
        return "name";
    if (method == "resources/read")
        return "uri";
    if (method == "tasks/get" || method == "tasks/update" || method == "tasks/cancel")
        return "taskId";
    return nullptr;
}

bool saysTheSame(const QByteArray &header, const Json &value)
{
    if (value.is_string())
        return QByteArrayView(header) == QByteArrayView(value.get_ref<const std::string &>());
    if (value.is_boolean())
        return header == (value.get<bool>() ? "true" : "false");
    bool isNumber = false;
    if (value.is_number_unsigned()) {
        const qulonglong number = header.toULongLong(&isNumber);
        return isNumber && value == number;
    }
    if (value.is_number_integer()) {
        const qlonglong number = header.toLongLong(&isNumber);
        return isNumber && value == number;
    }
    const double number = header.toDouble(&isNumber);
    return isNumber && value.is_number() && value.get<double>() == number;
}

std::optional<rpc::RpcError> checkArgument(const http::Headers &headers, const QByteArray &name,
                                           const Json *value)
{
    const QByteArray header = "Mcp-Param-" + name;
    const QString shown = QString::fromLatin1(header);
    const bool wanted = value && !value->is_null();
    if (headers.count(header) > 1)
        return mismatch(u"The header %1 is there twice."_s.arg(shown));
    if (!headers.contains(header))
        return wanted ? std::optional(mismatch(u"The header %1 is missing."_s.arg(shown)))
                      : std::nullopt;
    const auto said = decode(headers.value(header));
    if (!said)
        return mismatch(u"The header %1 is not valid Base64 of UTF-8."_s.arg(shown));
    if (!wanted || !saysTheSame(*said, *value))
        return mismatch(u"The header %1 and the argument differ."_s.arg(shown));
    return std::nullopt;
}

} // namespace

std::optional<QByteArray> decode(QByteArrayView value)
{
    value = value.trimmed();
    if (value.size() < kEncodedStart.size() + kEncodedEnd.size() ||
        !value.startsWith(kEncodedStart) || !value.endsWith(kEncodedEnd))
        return value.toByteArray();
    const QByteArray encoded =
        value.sliced(kEncodedStart.size()).chopped(kEncodedEnd.size()).toByteArray();
    if (encoded.size() % 4 != 0)
        return std::nullopt;
    const auto decoded =
        QByteArray::fromBase64Encoding(encoded, QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded || !isUtf8(*decoded))
        return std::nullopt;
    return *decoded;
}

std::optional<rpc::RpcError> check(const http::Headers &headers, const rpc::Message &request)
{
    if (!headers.contains("Mcp-Method"))
        return mismatch(u"The header Mcp-Method is missing."_s);
    if (QByteArrayView(headers.value("Mcp-Method")) != QByteArrayView(request.method))
        return mismatch(u"The header Mcp-Method and the method differ."_s);

    const char *member = nameMember(request.method);
    const Json *named = member ? json::find(request.params, member) : nullptr;
    if (named && !named->is_string())
        named = nullptr;
    if (!headers.contains("Mcp-Name"))
        return named ? std::optional(mismatch(u"The header Mcp-Name is missing."_s)) : std::nullopt;
    if (!member)
        return std::nullopt;
    const auto said = decode(headers.value("Mcp-Name"));
    if (!said)
        return mismatch(u"The header Mcp-Name is not valid Base64 of UTF-8."_s);
    if (!named || !saysTheSame(*said, *named))
        return mismatch(
            u"The header Mcp-Name and params.%1 differ."_s.arg(QString::fromLatin1(member)));
    return std::nullopt;
}

std::optional<rpc::RpcError> checkArguments(const http::Headers &headers, const Json &inputSchema,
                                            const Json &arguments)
{
    const Json *properties = json::find(inputSchema, "properties");
    if (!properties || !properties->is_object())
        return std::nullopt;
    for (const auto &[name, schema] : properties->items()) {
        const Json *value = json::find(arguments, name.c_str());
        if (const auto header = json::stringAt(schema, "x-mcp-header")) {
            if (auto problem = checkArgument(headers, header->toLatin1(), value))
                return problem;
        } else if (schema.is_object() && schema.contains("properties")) {
            if (auto problem = checkArguments(headers, schema, value ? *value : Json()))
                return problem;
        }
    }
    return std::nullopt;
}

} // namespace flaredeck::mcp::standardheaders
