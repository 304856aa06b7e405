#include "core/oauth/documentclients.h"

#include "core/oauth/clientdocument.h"

#include <QCoroFuture>
#include <QPointer>

namespace flaredeck::oauth {

namespace {

/// The web site could not be asked. A document that is gone or wrong is an answer, not a failure.
bool mayPass(const Error &error)
{
    using Kind = Error::Kind;
    return error.kind == Kind::Offline || error.kind == Kind::Timeout ||
           error.kind == Kind::Upstream || error.kind == Kind::RateLimited;
}

} // namespace

DocumentClients::DocumentClients(ClientRegistry &clients, const Clock &clock,
                                 DocumentNetwork network, QObject *parent)
    : QObject(parent)
    , m_clients(clients)
    , m_clock(clock)
    , m_fetcher(clock, std::move(network))
{
}

Task<Result<>> DocumentClients::ensure(QPointer<DocumentClients> self, QString url, quint16 ownPort,
                                       std::optional<http::PeerProcess> requester)
{
    const Result<> good = clientdocument::checkUrl(url);
    if (!good)
        co_return good;
    const ClientId id{url};
    if (const auto known = self->m_clients.find(id);
        known && self->m_clock.now() < known->freshUntil)
        co_return good;

    const auto flight = self->m_fetcher.fetch(url, ownPort, requester);
    // As a future of nothing, because one that was cancelled holds no answer to return.
    co_await QFuture<void>(flight);
    if (!self || flight.resultCount() == 0)
        co_return fail(shuttingDown());
    const auto fetched = flight.result();
    const Millis now = self->m_clock.now();
    if (fetched) {
        store::Client client = fetched->client;
        client.freshUntil = now + fetched->freshFor;
        co_return self->m_clients.saveDocument(std::move(client));
    }
    const auto known = self->m_clients.find(id);
    if (known && mayPass(fetched.error()) && now < known->freshUntil + kStaleKept)
        co_return good;
    co_return fail(fetched.error());
}

} // namespace flaredeck::oauth
