#include "core/mcp/httpwords.h"

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
    return a.compare(b, Qt::CaseInsensitive) == 0;
}

bool covers(QByteArrayView range, QByteArrayView type)
{
    if (isSame(range, type) || range == "*/*")
        return true;
    return range.endsWith("/*") && isSame(range.chopped(1), type.first(type.indexOf('/') + 1));
}

} // namespace

Accepted Accepted::of(const http::Headers &headers)
{
    constexpr QByteArrayView kJson = "application/json";
    constexpr QByteArrayView kStream = "text/event-stream";
    Accepted accepted;
    for (const auto &[name, value] : headers.lines()) {
        if (!isSame(name, "Accept"))
            continue;
        QByteArrayView rest = value;
        while (!rest.isEmpty()) {
            const qsizetype comma = rest.indexOf(',');
            const QByteArrayView range = (comma < 0 ? rest : rest.first(comma)).trimmed();
            // With a weight the order says nothing.
            accepted.prefersStream |= !accepted.json && isSame(range, kStream);
            accepted.json |= covers(withoutParameters(range), kJson);
            accepted.stream |= covers(withoutParameters(range), kStream);
            rest = comma < 0 ? QByteArrayView() : rest.sliced(comma + 1);
        }
    }
    return accepted;
}

bool isJson(const http::Headers &headers)
{
    return isSame(withoutParameters(headers.value("Content-Type")), "application/json");
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

http::Response methodNotAllowed(const QByteArray &allowed)
{
    http::Response response =
        refusal(405, {rpc::kServerError, u"This method is not allowed here. Allowed: %1."_s.arg(
                                             QString::fromLatin1(allowed))});
    response.headers.set("Allow", allowed);
    return response;
}

} // namespace flaredeck::mcp
