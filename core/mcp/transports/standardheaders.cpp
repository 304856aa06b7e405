#include "core/mcp/transports/standardheaders.h"

#include "core/http/headernames.h"
#include "core/mcp/errorcodes.h"
#include "core/mcp/methods/methods.h"

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

enum class Saying { Same, Other, Unreadable };

/// Whether each line of the header says this value. An HTTP layer may have joined equal lines; a
/// value that has commas of its own is compared as a whole first.
Saying compare(const http::Headers &headers, QByteArrayView name, const Json *value)
{
    const auto one = oneValue(headers, name);
    for (const auto &[key, line] : headers.lines()) {
        if (name.compare(key, Qt::CaseInsensitive) != 0)
            continue;
        const auto said = decode(line);
        if (said && value && saysTheSame(*said, *value))
            continue;
        const auto member = one ? decode(*one) : std::nullopt;
        if (!member || !value || !saysTheSame(*member, *value))
            return said || member ? Saying::Other : Saying::Unreadable;
    }
    return Saying::Same;
}

std::optional<rpc::RpcError> checkArgument(const http::Headers &headers, const QByteArray &name,
                                           const Json *value)
{
    const QByteArray header = http::header::kArgumentPrefix.toByteArray() + name;
    const QString shown = QString::fromLatin1(header);
    const bool wanted = value && !value->is_null();
    if (!headers.contains(header))
        return wanted ? std::optional(mismatch(u"The header %1 is missing."_s.arg(shown)))
                      : std::nullopt;
    switch (compare(headers, header, wanted ? value : nullptr)) {
    case Saying::Unreadable:
        return mismatch(u"The header %1 is not valid Base64 of UTF-8."_s.arg(shown));
    case Saying::Other:
        return mismatch(u"The header %1 and the argument differ."_s.arg(shown));
    case Saying::Same:
        break;
    }
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
    if (!headers.contains(http::header::kMethod))
        return mismatch(u"The header Mcp-Method is missing."_s);
    const auto method = oneValue(headers, http::header::kMethod);
    if (!method || QByteArrayView(*method) != QByteArrayView(request.method))
        return mismatch(u"The header Mcp-Method and the method differ."_s);

    const Method *known = findMethod(request.method, true);
    const char *member = known ? known->named : nullptr;
    const Json *named = member ? json::find(request.params, member) : nullptr;
    if (named && !named->is_string())
        named = nullptr;
    if (!headers.contains(http::header::kName))
        return named ? std::optional(mismatch(u"The header Mcp-Name is missing."_s)) : std::nullopt;
    if (!member)
        return std::nullopt;
    switch (compare(headers, http::header::kName, named)) {
    case Saying::Unreadable:
        return mismatch(u"The header Mcp-Name is not valid Base64 of UTF-8."_s);
    case Saying::Other:
        return mismatch(
            u"The header Mcp-Name and params.%1 differ."_s.arg(QString::fromLatin1(member)));
    case Saying::Same:
        break;
    }
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
