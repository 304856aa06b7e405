#include "core/oauth/clients/documentfetcher.h"

#include "core/base/digits.h"
#include "core/base/logging.h"
#include "core/base/waiting.h"
#include "core/oauth/clients/clientdocument.h"

#include <QElapsedTimer>
#include <QTimer>

#include <algorithm>

namespace flaredeck::oauth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr Millis kLeastFresh = 5LL * 60 * 1000;
constexpr Millis kMostFresh = 24LL * 3600 * 1000;

Error tooSlow(const QString &host)
{
    return {Error::Kind::Timeout, u"%1 did not answer within ten seconds."_s.arg(host),
            u"Try again."_s};
}

Millis freshness(const http::Headers &headers)
{
    std::optional<Millis> shared;
    std::optional<Millis> own;
    for (QByteArray directive : headers.value("Cache-Control").toLower().split(',')) {
        directive = directive.trimmed();
        const auto equals = directive.indexOf('=');
        // RFC 9111 §1.2.2: digits alone. What does not fit is more than we keep.
        const QByteArray digits = directive.mid(equals + 1).replace('"', "");
        const auto seconds = parseDigits(QByteArrayView(digits));
        if (!seconds)
            continue;
        const auto value =
            static_cast<Millis>(std::min<quint64>(*seconds, kMostFresh / 1000)) * 1000;
        if (directive.startsWith("s-maxage="))
            shared = value;
        else if (directive.startsWith("max-age="))
            own = value;
    }
    return std::clamp(shared.value_or(own.value_or(0)), kLeastFresh, kMostFresh);
}

Error unusable(const QString &url, const QString &cause)
{
    return {Error::Kind::InvalidInput,
            u"The client's document at %1 cannot be used: %2"_s.arg(clientdocument::publisher(url),
                                                                    cause),
            u"Whoever publishes the client has to correct it."_s};
}

/// What is wrong with the answer, before its content is looked at.
std::optional<Error> check(const QString &url, const http::ClientResponse &response)
{
    if (response.status == 429 || response.status >= 500)
        return Error{Error::Kind::Upstream,
                     u"%1 answered the request for the client's document with status %2."_s.arg(
                         clientdocument::publisher(url), QString::number(response.status)),
                     u"Try again later."_s};
    if (response.status >= 300 && response.status < 400)
        return unusable(url, u"the address redirects to another one."_s);
    // Bot protection and filters say this of us, not of the document.
    if (response.status == 401 || response.status == 403 || response.status == 451)
        return Error{
            Error::Kind::Denied,
            u"%1 did not let Flaredeck read the client's document (status %2)."_s.arg(
                clientdocument::publisher(url), QString::number(response.status)),
            u"Check whether something between this computer and that web site keeps it out."_s};
    if (response.status != 200)
        return unusable(
            url, u"the address answers with status %1."_s.arg(QString::number(response.status)));
    const QByteArray type = response.headers.value("Content-Type").toLower();
    if (type.split(';').first().trimmed() != "application/json")
        return unusable(url, u"it is not sent as application/json."_s);
    return std::nullopt;
}

} // namespace

DocumentFetcher::DocumentFetcher(const Clock &clock, DocumentNetwork network, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
    , m_network(std::move(network))
    , m_fetches(kFetchesPerMinute, 60'000)
{
}

QFuture<Result<DocumentFetcher::Fetched>>
DocumentFetcher::fetch(const QString &url, quint16 ownPort,
                       const std::optional<http::PeerProcess> &requester)
{
    if (const auto running = m_flights.constFind(url); running != m_flights.constEnd())
        return running->landing;
    const auto landing = std::make_shared<Landing>();
    landing->start();
    const auto future = landing->future();
    if (const auto refused = refusal(url, requester)) {
        landing->addResult(fail(*refused));
        landing->finish();
        return future;
    }
    m_flights.insert(url, {future, ProgramLimit::keyOf(requester)});
    m_tasks.run(fly(url, ownPort, landing));
    return future;
}

std::optional<Error> DocumentFetcher::refusal(const QString &url,
                                              const std::optional<http::PeerProcess> &requester)
{
    if (const auto checked = clientdocument::checkUrl(url); !checked)
        return checked.error();
    const Millis now = m_clock.monotonic();
    m_failures.removeIf([now](const auto &entry) { return entry.value().until <= now; });
    if (const auto failed = m_failures.constFind(url); failed != m_failures.constEnd())
        return failed->error;
    const auto own = std::count_if(m_flights.cbegin(), m_flights.cend(),
                                   [key = ProgramLimit::keyOf(requester)](const Flight &flight) {
                                       return flight.requester == key;
                                   });
    int wait = own >= kMostAtOnce || m_flights.size() >= kMostOfAllAtOnce ? 1 : 0;
    if (wait == 0)
        wait = m_fetches.take(requester, now);
    if (wait == 0)
        return std::nullopt;
    return Error{Error::Kind::RateLimited,
                 u"Too many clients have shown documents just now."_s,
                 u"Try again in %1 seconds."_s.arg(wait),
                 {},
                 wait};
}

Task<> DocumentFetcher::fly(QString url, quint16 ownPort, std::shared_ptr<Landing> landing)
{
    const Result<Fetched> fetched = co_await request(url, ownPort);
    m_flights.remove(url);
    if (!fetched && !m_tasks.isStopped())
        noteFailure(url, fetched.error());
    landing->addResult(fetched);
    landing->finish();
}

void DocumentFetcher::noteFailure(const QString &url, const Error &error)
{
    // At most as many as are fetched within the time: bounded by the rate.
    m_failures.insert(url, {error, m_clock.monotonic() + kFailureKept});
    qCInfo(lcOAuth).noquote() << "no document of client" << url << error.message << error.detail;
}

Task<Result<DocumentFetcher::Fetched>> DocumentFetcher::request(QString url, quint16 ownPort)
{
    QElapsedTimer elapsed;
    elapsed.start();
    http::ClientRequest get;
    get.url = QUrl::fromEncoded(url.toLatin1(), QUrl::StrictMode);
    const QString host = get.url.host();
    const auto addresses = co_await m_network.resolve(host, m_tasks.token());
    if (!addresses)
        co_return fail(addresses.error());
    if (addresses->isEmpty())
        co_return fail(Error::Kind::Offline, u"%1 has no address."_s.arg(host));
    // One of them is enough: a name that leads here and there is up to no good.
    if (!std::all_of(addresses->begin(), addresses->end(), m_network.admits))
        co_return fail(Error::Kind::Denied,
                       u"The client's document is not fetched: %1 is not on the public internet, "
                       "but an address of this computer or its network."_s.arg(host),
                       u"Only a public web site can vouch for a client."_s);
    get.connectTo = addresses->first();
    get.headers.append("Accept", "application/json");
    get.headers.append("Accept-Encoding", "identity"); // what is counted is what was sent
    get.maxBytes = kMaxBytes;
    get.timeoutMs = kTimeoutMs - static_cast<int>(elapsed.elapsed());
    if (get.timeoutMs <= 0)
        co_return fail(tooSlow(host));
    const auto response = co_await m_client.send(get, m_tasks.token());
    if (!response)
        co_return fail(response.error());
    if (const auto wrong = check(url, *response))
        co_return fail(*wrong);
    const auto client = clientdocument::parse(url, response->body, ownPort);
    if (!client)
        co_return fail(client.error());
    Fetched fetched;
    fetched.client = *client;
    fetched.freshFor = freshness(response->headers);
    co_return fetched;
}

} // namespace flaredeck::oauth
