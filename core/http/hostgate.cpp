#include "core/http/hostgate.h"

#include "core/base/digits.h"

#include <algorithm>
#include <cctype>

namespace flaredeck::http {

namespace {

/// Of the headers that a preflight asks for those that repeat arguments of tools: their names are
/// not known beforehand.
QByteArray argumentHeaders(const QByteArray &requested)
{
    constexpr QByteArrayView kPrefix = "mcp-param-";
    QByteArray allowed;
    for (const QByteArray &part : requested.split(',')) {
        const QByteArray name = part.trimmed();
        const bool isToken = std::all_of(name.cbegin(), name.cend(), [](char c) {
            return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_';
        });
        if (isToken && name.size() > kPrefix.size() &&
            kPrefix.compare(QByteArrayView(name).first(kPrefix.size()), Qt::CaseInsensitive) == 0)
            allowed += ", " + name;
    }
    return allowed;
}

constexpr quint16 kHttpPort = 80; // what a Host without a port means

/// Splits an authority (RFC 3986 §3.2, without user) into a loopback name and a port; nothing when
/// the name is not loopback or the port is no number. A missing port gives `defaultPort`.
std::optional<int> loopbackPort(QByteArrayView authority, int defaultPort)
{
    QByteArrayView port;
    for (const char *name : {"localhost", "127.0.0.1", "[::1]"}) {
        const QByteArrayView host(name);
        if (authority.size() < host.size() ||
            authority.first(host.size()).compare(host, Qt::CaseInsensitive) != 0)
            continue;
        port = authority.sliced(host.size());
        if (port.isEmpty())
            return defaultPort;
        if (port.front() != ':')
            continue; // localhost.example.com
        port = port.sliced(1);
        // A zero in front would make another spelling of our issuer, which no client asks for.
        if (port.isEmpty() || port.size() > 5 || port.front() == '0')
            return std::nullopt;
        const auto number = parseDigits(port);
        return number && *number <= 0xffff ? std::optional(static_cast<int>(*number))
                                           : std::nullopt;
    }
    return std::nullopt;
}

bool isLoopbackOrigin(QByteArrayView origin)
{
    for (const char *scheme : {"http://", "https://"}) {
        const QByteArrayView prefix(scheme);
        if (origin.startsWith(prefix))
            return loopbackPort(origin.sliced(prefix.size()), kHttpPort).has_value();
    }
    return false;
}

bool isNavigationRequest(const Request &request)
{
    return request.headers.value("Sec-Fetch-Mode") == "navigate";
}

Response refuse(const QByteArray &cause)
{
    return Response::error(403, "access_denied", cause);
}

const char *methodsOf(HostGate::Cors cors)
{
    return cors == HostGate::Cors::ReadOnly ? "GET, HEAD, OPTIONS" : "GET, POST, DELETE, OPTIONS";
}

} // namespace

HostGate::HostGate(CorsOf corsOf, IsNavigation isNavigation)
    : m_corsOf(corsOf)
    , m_isNavigation(isNavigation)
{
}

std::optional<Response> HostGate::check(const Request &request) const
{
    if (request.headers.count("Host") != 1)
        return refuse("The request must have exactly one Host header.");
    if (loopbackPort(request.headers.value("Host"), kHttpPort) != request.peer.localPort)
        return refuse(
            "The Host header does not name this server. Use localhost, 127.0.0.1 or [::1] "
            "with its port.");

    const qsizetype origins = request.headers.count("Origin");
    if (origins == 0)
        return std::nullopt;
    if (origins > 1)
        return refuse("The request has more than one Origin header.");
    if (!isLoopbackOrigin(request.headers.value("Origin"))) {
        if (m_isNavigation && m_isNavigation(request.path) && isNavigationRequest(request))
            return std::nullopt;
        return refuse("Pages of this origin may not use this server.");
    }

    const Cors cors = m_corsOf ? m_corsOf(request.path) : Cors::None;
    if (cors == Cors::None || request.method != Method::Options ||
        !request.headers.contains("Access-Control-Request-Method"))
        return std::nullopt;

    Headers headers = corsHeaders(request);
    headers.append("Access-Control-Allow-Methods", methodsOf(cors));
    headers.append("Access-Control-Allow-Headers",
                   "Accept, Authorization, Content-Type, MCP-Protocol-Version, Mcp-Session-Id, "
                   "Mcp-Method, Mcp-Name, Last-Event-ID" +
                       argumentHeaders(request.headers.value("Access-Control-Request-Headers")));
    headers.append("Access-Control-Max-Age", "600");
    if (request.headers.value("Access-Control-Request-Private-Network") == "true")
        headers.append("Access-Control-Allow-Private-Network", "true");
    return Response::empty(204, std::move(headers));
}

Headers HostGate::corsHeaders(const Request &request) const
{
    const Cors cors = m_corsOf ? m_corsOf(request.path) : Cors::None;
    if (cors == Cors::None)
        return {};
    // Also without an Origin: a cache must not hand that answer to a script.
    Headers headers{{"Vary", "Origin"}};
    const QByteArray origin = request.headers.value("Origin");
    if (!isLoopbackOrigin(origin))
        return headers;
    headers.append("Access-Control-Allow-Origin", origin);
    if (cors == Cors::Full)
        headers.append("Access-Control-Expose-Headers",
                       "Mcp-Session-Id, WWW-Authenticate, Retry-After");
    return headers;
}

} // namespace flaredeck::http
