#include "core/remote/reach.h"

#include <QElapsedTimer>

#include <algorithm>

namespace flaredeck::remote {

using namespace Qt::StringLiterals;

namespace {

int portOf(const QUrl &url)
{
    return url.port(url.scheme() == "https"_L1 ? 443 : 80);
}

Error forbidden(const Server &server, const QUrl &url, const QString &why)
{
    return {Error::Kind::Denied,
            u"%1 leads Flaredeck to %2, %3."_s.arg(server.title, url.host(), why),
            u"Whoever runs the server has to correct it."_s};
}

} // namespace

bool isSameOrigin(const QUrl &a, const QUrl &b)
{
    return a.scheme() == b.scheme() && a.host(QUrl::FullyEncoded) == b.host(QUrl::FullyEncoded) &&
           portOf(a) == portOf(b);
}

bool isThisComputer(const QString &host)
{
    const QHostAddress address(host);
    return host == "localhost"_L1 || host.endsWith(".localhost"_L1) || address.isLoopback();
}

Reach::Reach(http::HttpClient &client, http::Network network)
    : m_client(client)
    , m_network(std::move(network))
{
}

Result<> Reach::check(const Server &server, const QUrl &url)
{
    const bool isSecure = url.scheme() == "https"_L1;
    const bool isPlain =
        url.scheme() == "http"_L1 && server.mayBePrivate && isThisComputer(url.host());
    if (!url.isValid() || url.host().isEmpty() || !url.userInfo().isEmpty() || url.hasFragment() ||
        !(isSecure || isPlain))
        return fail(forbidden(server, url, u"which is not a plain https address"_s));
    if (server.isKnown && !isSameOrigin(url, server.url))
        return fail(forbidden(server, url, u"which is not the server's own site"_s));
    return {};
}

Task<Result<QHostAddress>> Reach::address(Server server, QUrl url, std::stop_token stop) const
{
    if (const Result<> allowed = check(server, url); !allowed)
        co_return fail(allowed.error());
    if (server.mayBePrivate || server.isKnown)
        co_return QHostAddress();
    auto looking = m_network.resolve(url.host(), std::move(stop));
    const Result<QList<QHostAddress>> found = co_await looking;
    if (!found)
        co_return fail(found.error());
    // One of them is enough: a name that leads here and there is up to no good.
    if (found->isEmpty() || !std::all_of(found->begin(), found->end(), m_network.admits))
        co_return fail(
            forbidden(server, url, u"which is an address on this computer or its network"_s));
    co_return QHostAddress(found->first());
}

Task<Result<http::ClientResponse>> Reach::send(Server server, http::ClientRequest request,
                                               std::stop_token stop) const
{
    request.maxBytes = std::min(request.maxBytes, kMaxBytes);
    QElapsedTimer elapsed;
    elapsed.start();
    auto looking = address(server, request.url, stop);
    const Result<QHostAddress> found = co_await looking;
    if (!found)
        co_return fail(found.error());
    request.connectTo = *found;
    request.timeoutMs = std::max(1, request.timeoutMs - static_cast<int>(elapsed.elapsed()));
    auto sending = m_client.send(std::move(request), std::move(stop));
    Result<http::ClientResponse> response = co_await sending;
    co_return std::move(response);
}

} // namespace flaredeck::remote
