#pragma once

#include "core/http/addresslookup.h"
#include "core/http/httpclient.h"
#include "core/remote/server.h"

namespace flaredeck::remote {

/// Requests to addresses that a remote server gave us: metadata, registration, tokens. They obey
/// the rules of the server itself: https, but http on this computer where a person typed such an
/// address; public addresses only, unless the server may be private; for a server that the
/// provider's facts name, its own origin. Redirects are not followed.
class Reach
{
public:
    static constexpr int kTimeoutMs = 10'000;
    static constexpr qint64 kMaxBytes = 64LL * 1024;

    explicit Reach(http::HttpClient &client, http::Network network = http::Network::system());

    /// What can be said before the name is looked up. Denied says what is wrong.
    [[nodiscard]] static Result<> check(const Server &server, const QUrl &url);
    /// Where to connect for this URL, null = as the system resolves it. Denied where nobody may go.
    [[nodiscard]] Task<Result<QHostAddress>> address(Server server, QUrl url,
                                                     std::stop_token stop) const;
    /// Takes no longer answer than kMaxBytes; the caller gives the time.
    [[nodiscard]] Task<Result<http::ClientResponse>>
    send(Server server, http::ClientRequest request, std::stop_token stop) const;

private:
    http::HttpClient &m_client;
    http::Network m_network;
};

/// Same scheme, host and port.
[[nodiscard]] bool isSameOrigin(const QUrl &a, const QUrl &b);
/// This computer, by what the name means everywhere (RFC 6761 §6.3).
[[nodiscard]] bool isThisComputer(const QString &host);

} // namespace flaredeck::remote
