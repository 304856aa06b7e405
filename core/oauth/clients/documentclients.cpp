#include "core/oauth/clients/documentclients.h"

#include "core/base/waiting.h"
#include "core/oauth/clients/clientdocument.h"

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

Task<Result<>> DocumentClients::ensure(QString url, quint16 ownPort,
                                       std::optional<http::PeerProcess> requester,
                                       std::stop_token stop)
{
    const Result<> good = clientdocument::checkUrl(url);
    if (!good)
        co_return good;
    const ClientId id{url};
    const auto before = m_clients.find(id);
    if (before && (m_clock.now() < before->freshUntil || !m_accepts))
        co_return good;
    if (!m_accepts)
        co_return fail(Error::Kind::Denied,
                       u"Clients that a web site describes are switched off in Flaredeck, and this "
                       "one was not known before."_s,
                       u"Switch them on under Settings in Flaredeck, or start the sign-in in the "
                       "client again, so that it registers itself."_s);

    const auto answer = co_await waitFor(m_fetcher.fetch(url, ownPort, requester), stop);
    if (!answer)
        co_return fail(shuttingDown());
    const Result<DocumentFetcher::Fetched> &fetched = *answer;
    note(url, ownPort, fetched);
    const Millis now = m_clock.now();
    if (fetched) {
        store::Client client = fetched->client;
        client.freshUntil = now + fetched->freshFor;
        co_return m_clients.saveDocument(std::move(client));
    }
    const auto known = m_clients.find(id);
    const bool mayPass =
        isOutOfReach(fetched.error()) || fetched.error().kind == Error::Kind::RateLimited;
    if (known && mayPass && (now < known->freshUntil + kStaleKept || m_hasAccess(id)))
        co_return good;
    co_return fail(fetched.error());
}

bool DocumentClients::areReachable()
{
    if (m_outage && m_clock.monotonic() >= m_outage->retryAt) {
        m_outage->retryAt = m_clock.monotonic() + kRetryAfter;
        m_tasks.run(tryAgain(*m_outage));
    }
    return !m_outage;
}

QString DocumentClients::problem() const
{
    return m_outage ? m_outage->cause : QString();
}

Task<> DocumentClients::tryAgain(Outage outage)
{
    const auto fetched =
        co_await waitFor(m_fetcher.fetch(outage.url, outage.ownPort), m_tasks.token());
    if (fetched)
        note(outage.url, outage.ownPort, *fetched);
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
