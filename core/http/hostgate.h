#pragma once

#include "core/http/httpmessage.h"

#include <functional>
#include <optional>

namespace flaredeck::http {

/// Looks at the head of a request whose body has not arrived: the refusal, or nothing when the body
/// may come.
using Admission = std::function<std::optional<Response>(const Request &head)>;

/// Host and Origin rules that keep other machines and web pages out (DNS rebinding, cross-site
/// requests). Pure: no sockets.
class HostGate
{
public:
    /// CORS of one path: which methods a script on an allowed origin may use. None = no CORS at
    /// all.
    enum class Cors { None, ReadOnly, Full };
    using CorsOf = Cors (*)(const QByteArray &path);
    /// Paths where a browser navigation may come from any site (the authorize page and the
    /// callback): an Origin header is not refused there when Sec-Fetch-Mode is navigate.
    using IsNavigation = bool (*)(const QByteArray &path);

    explicit HostGate(CorsOf corsOf = nullptr, IsNavigation isNavigation = nullptr);
    virtual ~HostGate() = default;

    /// Origins besides loopback, for web views of desktop programs: separated by spaces or commas.
    /// InvalidInput for what is no origin, and for those that any web page or file may have.
    [[nodiscard]] static Result<QList<QByteArray>> readOrigins(const QString &list);
    void setAllowedOrigins(const QList<QByteArray> &origins) { m_allowed = origins; }
    /// A header that pages may send besides header::kOfClients.
    void setAccountHeader(const QByteArray &name) { m_accountHeader = name; }

    /// The refusal (403) or the preflight answer (204); nothing when the request may go on.
    /// Host must be localhost, 127.0.0.1 or [::1] with our port, exactly one Host line; any Host
    /// over the local socket.
    [[nodiscard]] virtual std::optional<Response> check(const Request &request) const;
    /// CORS headers to add to the answer of a request that went on.
    [[nodiscard]] virtual Headers corsHeaders(const Request &request) const;

private:
    [[nodiscard]] bool isAllowed(const QByteArray &origin) const;

    CorsOf m_corsOf;
    IsNavigation m_isNavigation;
    QList<QByteArray> m_allowed;
    QByteArray m_accountHeader;
};

} // namespace flaredeck::http
