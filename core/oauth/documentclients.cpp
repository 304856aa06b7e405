#include "core/oauth/documentclients.h"

#include "core/oauth/clientdocument.h"

#include <QCoroFuture>
#include <QPointer>

namespace flaredeck::oauth {

using namespace Qt::Literals::StringLiterals;

namespace {

/// The web site could not be asked, or would not have us. A document that is gone or wrong is an
/// answer, not a failure.
bool isOutOfReach(const Error &error)
{
    using Kind = Error::Kind;
    return error.kind == Kind::Offline || error.kind == Kind::Timeout ||
           error.kind == Kind::Upstream || error.kind == Kind::Denied;
}

} // namespace

DocumentClients::DocumentClients(ClientRegistry &clients, const Clock &clock,
                                 DocumentNetwork network, HasAccess hasAccess, QObject *parent)
    : QObject(parent)
    , m_clients(clients)
    , m_clock(clock)
    , m_hasAccess(std::move(hasAccess))
    , m_fetcher(clock, std::move(network))
{
}

void DocumentClients::setAccepting(bool accepts)
{
    m_accepts = accepts;
    if (!accepts)
        m_outage.reset();
}

Task<Result<>> DocumentClients::ensure(QPointer<DocumentClients> self, QString url, quint16 ownPort,
                                       std::optional<http::PeerProcess> requester)
{
    const Result<> good = clientdocument::checkUrl(url);
    if (!good)
        co_return good;
    const ClientId id{url};
    const auto before = self->m_clients.find(id);
    if (before && (self->m_clock.now() < before->freshUntil || !self->m_accepts))
        co_return good;
    if (!self->m_accepts)
        co_return fail(Error::Kind::Denied,
                       u"Clients that a web site describes are switched off in Flaredeck, and this "
                       "one was not known before."_s,
                       u"Switch them on under Settings in Flaredeck, or start the sign-in in the "
                       "client again, so that it registers itself."_s);

    const auto flight = self->m_fetcher.fetch(url, ownPort, requester);
    // As a future of nothing, because one that was cancelled holds no answer to return.
    co_await QFuture<void>(flight);
    if (!self || flight.resultCount() == 0)
        co_return fail(shuttingDown());
    const auto fetched = flight.result();
    self->note(url, ownPort, fetched);
    const Millis now = self->m_clock.now();
    if (fetched) {
        store::Client client = fetched->client;
        client.freshUntil = now + fetched->freshFor;
        co_return self->m_clients.saveDocument(std::move(client));
    }
    const auto known = self->m_clients.find(id);
    const bool mayPass =
        isOutOfReach(fetched.error()) || fetched.error().kind == Error::Kind::RateLimited;
    if (known && mayPass && (now < known->freshUntil + kStaleKept || self->m_hasAccess(id)))
        co_return good;
    co_return fail(fetched.error());
}

bool DocumentClients::areReachable()
{
    if (m_outage && m_clock.monotonic() >= m_outage->retryAt) {
        m_outage->retryAt = m_clock.monotonic() + kRetryAfter;
        tryAgain(this, *m_outage);
    }
    return !m_outage;
}

QString DocumentClients::problem() const
{
    return m_outage ? m_outage->cause : QString();
}

Task<> DocumentClients::tryAgain(QPointer<DocumentClients> self, Outage outage)
{
    const auto flight = self->m_fetcher.fetch(outage.url, outage.ownPort);
    co_await QFuture<void>(flight);
    if (self && flight.resultCount() > 0)
        self->note(outage.url, outage.ownPort, flight.result());
}

void DocumentClients::note(const QString &url, quint16 ownPort,
                           const Result<DocumentFetcher::Fetched> &fetched)
{
    const QString before = problem();
    if (!fetched && isOutOfReach(fetched.error()))
        m_outage = {url, ownPort, fetched.error().message, m_clock.monotonic() + kRetryAfter};
    else if (fetched || (m_outage && m_outage->url == url &&
                         fetched.error().kind == Error::Kind::InvalidInput))
        m_outage.reset();
    if (problem() != before)
        emit problemChanged();
}

} // namespace flaredeck::oauth
