#include "core/mcp/transports/httpwords.h"

#include "core/http/headernames.h"
#include "core/mcp/errorcodes.h"
#include "core/mcp/revision.h"

using namespace Qt::Literals::StringLiterals;

namespace flaredeck::mcp {

namespace {

QByteArrayView withoutParameters(QByteArrayView mediaType)
{
    const qsizetype end = mediaType.indexOf(';');
    return (end < 0 ? mediaType : mediaType.first(end)).trimmed();
}

bool isSame(QByteArrayView a, QByteArrayView b)
{
    return a.size() == b.size() && a.compare(b, Qt::CaseInsensitive) == 0;
}

bool covers(QByteArrayView range, QByteArrayView type)
{
    if (isSame(range, type) || range == "*/*")
        return true;
    return range.endsWith("/*") && isSame(range.chopped(1), type.first(type.indexOf('/') + 1));
}

/// Each member of a list that may be spread over several lines.
template <typename See>
void eachMember(const http::Headers &headers, QByteArrayView name, const See &see)
{
    for (const auto &[key, value] : headers.lines()) {
        if (!isSame(key, name))
            continue;
        QByteArrayView rest = value;
        while (!rest.isEmpty()) {
            const qsizetype comma = rest.indexOf(',');
            see((comma < 0 ? rest : rest.first(comma)).trimmed());
            rest = comma < 0 ? QByteArrayView() : rest.sliced(comma + 1);
        }
    }
}

} // namespace

std::optional<QByteArray> oneValue(const http::Headers &headers, QByteArrayView name)
{
    QByteArrayView one;
    bool areEqual = true;
    eachMember(headers, name, [&](QByteArrayView member) {
        areEqual &= one.isEmpty() || member.isEmpty() || member == one;
        if (one.isEmpty())
            one = member;
    });
    return areEqual ? std::optional(one.toByteArray()) : std::nullopt;
}

std::optional<rpc::RpcError> contradictionIn(const http::Headers &headers,
                                             const QByteArray &accountHeader)
{
    const auto version = oneValue(headers, http::header::kProtocolVersion);
    for (const QByteArrayView name :
         {http::header::kProtocolVersion, http::header::kSession, http::header::kMethod,
          http::header::kLastEvent, QByteArrayView(accountHeader)}) {
        if (!oneValue(headers, name))
            return rpc::RpcError{version && isModern(*version) ? kHeaderMismatch
                                                               : rpc::kServerError,
                                 u"The header %1 has two values that differ."_s.arg(
                                     QString::fromLatin1(name.toByteArray()))};
    }
    return std::nullopt;
}

QByteArray valueOf(const http::Headers &headers, QByteArrayView name)
{
    return oneValue(headers, name).value_or(QByteArray());
}

Accepted Accepted::of(const http::Headers &headers)
{
    constexpr QByteArrayView kJson = "application/json";
    constexpr QByteArrayView kStream = "text/event-stream";
    Accepted accepted;
    if (!headers.contains(http::header::kAccept))
        return {true, true, false};
    eachMember(headers, http::header::kAccept, [&](QByteArrayView range) {
        // With a weight the order says nothing.
        accepted.prefersStream |= !accepted.json && isSame(range, kStream);
        accepted.json |= covers(withoutParameters(range), kJson);
        accepted.stream |= covers(withoutParameters(range), kStream);
    });
    return accepted;
}

bool isJson(const http::Headers &headers)
{
    bool isDeclared = false;
    bool isOther = false;
    for (const auto &[name, value] : headers.lines()) {
        if (!isSame(name, http::header::kContentType))
            continue;
        for (const QByteArray &type : withoutParameters(value).toByteArray().split(',')) {
            isDeclared = true;
            isOther |= !isSame(type.trimmed(), "application/json");
        }
    }
    return isDeclared && !isOther;
}

rpc::RpcError serverError(QString message)
{
    return {rpc::kServerError, std::move(message)};
}

http::Response refusal(int status, const rpc::RpcError &error,
                       const std::optional<rpc::RequestId> &id)
{
    return {status, {{"Content-Type", "application/json"}}, rpc::errorMessage(id, error)};
}

http::Response withMessage(http::Response refusal, const QByteArray &message)
{
    refusal.headers.set("Content-Type", "application/json");
    refusal.body = message;
    return refusal;
}

http::Response methodNotAllowed(const QByteArray &allowed)
{
    http::Response response =
        refusal(405, {rpc::kServerError, u"This method is not allowed here. Allowed: %1."_s.arg(
                                             QString::fromLatin1(allowed))});
    response.headers.set("Allow", allowed);
    return response;
}

} // namespace flaredeck::mcp
