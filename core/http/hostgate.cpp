#include "core/http/hostgate.h"

#include "core/base/digits.h"
#include "core/http/headernames.h"

#include <algorithm>
#include <array>
#include <cctype>

using namespace Qt::Literals::StringLiterals;

namespace flaredeck::http {

namespace {

/// Of the headers that a preflight asks for those that repeat arguments of tools: their names are
/// not known beforehand.
QByteArray argumentHeaders(const QByteArray &requested)
{
    constexpr QByteArrayView kPrefix = header::kArgumentPrefix;
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

QByteArray clientHeaders(const QByteArray &accountHeader)
{
    QByteArray list;
    for (const QByteArrayView name : header::kOfClients)
        list += (list.isEmpty() ? "" : ", ") + name.toByteArray();
    return accountHeader.isEmpty() ? list : list + ", " + accountHeader;
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

/// "tauri://localhost", "vscode-file://vscode-app": a scheme of the program's own.
bool isScheme(QByteArrayView scheme)
{
    return !scheme.isEmpty() && scheme.front() >= 'a' && scheme.front() <= 'z' &&
           std::all_of(scheme.begin(), scheme.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' ||
                      c == '.';
           });
}

bool isAuthority(QByteArrayView authority)
{
    return !authority.isEmpty() && std::all_of(authority.begin(), authority.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
               c == '_' || c == ':';
    });
}

/// What any web page or any file may have as its origin.
bool isAnybodys(QByteArrayView scheme, QByteArrayView authority)
{
    if (scheme == "http" || scheme == "https" || scheme == "ws" || scheme == "wss") {
        const QByteArrayView host =
            authority.first(authority.contains(':') ? authority.indexOf(':') : authority.size());
        // A name that no web site can have (RFC 6761 §6.3): web views of Tauri on Windows.
        return !host.endsWith(".localhost");
    }
    static constexpr std::array<QByteArrayView, 5> kShared{"file", "data", "blob", "about",
                                                           "javascript"};
    return std::find(kShared.begin(), kShared.end(), scheme) != kShared.end();
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

Result<QList<QByteArray>> HostGate::readOrigins(const QString &list)
{
    QList<QByteArray> origins;
    for (const QByteArray &entry :
         list.toLower().toUtf8().replace(',', ' ').simplified().split(' ')) {
        if (entry.isEmpty())
            continue;
        const qsizetype slashes = entry.indexOf("://");
        const QByteArrayView scheme = QByteArrayView(entry).first(qMax(slashes, 0));
        const QByteArrayView authority =
            QByteArrayView(entry).sliced(qMin(slashes + 3, entry.size()));
        const bool isOrigin = slashes > 0 && isScheme(scheme) && isAuthority(authority);
        if (!isOrigin || isAnybodys(scheme, authority))
            return fail(
                Error::Kind::InvalidInput,
                isOrigin ? u"%1 is an origin that any web page or file may have."_s.arg(
                               QString::fromUtf8(entry.left(80)))
                         : u"%1 is not an origin."_s.arg(QString::fromUtf8(entry.left(80))),
                u"Name the web view of a desktop program, for example tauri://localhost."_s);
        if (!origins.contains(entry))
            origins << entry;
    }
    return origins;
}

bool HostGate::isAllowed(const QByteArray &origin) const
{
    return isLoopbackOrigin(origin) || m_allowed.contains(origin.toLower());
}

std::optional<Response> HostGate::check(const Request &request) const
{
    // No browser gets there, so there is no page to keep out.
    if (request.peer.isLocal())
        return request.headers.contains("Origin")
                   ? std::optional(refuse("Pages may not use the local socket."))
                   : std::nullopt;
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
    if (!isAllowed(request.headers.value("Origin"))) {
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
                   clientHeaders(m_accountHeader) +
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
    if (!isAllowed(origin))
        return headers;
    headers.append("Access-Control-Allow-Origin", origin);
    if (cors == Cors::Full)
        headers.append("Access-Control-Expose-Headers",
                       "Mcp-Session-Id, WWW-Authenticate, Retry-After");
    return headers;
}

} // namespace flaredeck::http
