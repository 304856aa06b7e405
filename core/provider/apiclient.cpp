#include "core/provider/apiclient.h"

#include "core/base/crypto.h"
#include "core/base/logging.h"
#include "core/base/waiting.h"
#include "core/provider/facts.h"
#include "core/provider/retryafter.h"

#include <QElapsedTimer>

namespace flaredeck::provider {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int kRetries = 2;
constexpr int kFirstBackoffMs = 200;
/// Clients wait about a minute for a call; they decide about a longer wait themselves.
constexpr int kLongestWaitSeconds = 10;

/// 200 ms, then 400 ms, each plus up to half of it, so that many callers do not retry at the same
/// moment.
int backoffMs(int attempt)
{
    const int base = kFirstBackoffMs << attempt;
    const auto random = static_cast<unsigned char>(crypto::randomBytes(1).at(0));
    return base + base * random / 510;
}

Error cancelled()
{
    return {Error::Kind::Cancelled, u"The call was cancelled."_s};
}

/// The address of a request, without the query. `base` is the API's address, or a site's.
QUrl addressOf(const QUrl &base, const ApiRequest &request)
{
    QByteArray address = base.toEncoded();
    if (address.endsWith('/'))
        address.chop(1);
    return QUrl::fromEncoded(address + request.path.toUtf8(), QUrl::StrictMode);
}

http::ClientRequest toHttp(const QUrl &base, const ApiRequest &request)
{
    http::ClientRequest out;
    out.method = request.method;
    out.url = addressOf(base, request);
    if (!request.query.isEmpty())
        out.url.setQuery(request.query);
    out.timeoutMs = request.timeoutMs;
    out.headers = request.headers;
    if (!out.headers.contains("Accept"))
        out.headers.append("Accept", "application/json");
    if (request.body) {
        out.headers.set("Content-Type", "application/json");
        out.body = json::print(*request.body);
    }
    return out;
}

/// What a failed answer of a public site means: nobody can sign in there, or lack a right.
Error siteFailure(const QString &host, const http::ClientResponse &answer)
{
    switch (answer.status) {
    case 400:
    case 422:
        return {Error::Kind::InvalidInput, u"%1 did not accept the request."_s.arg(host),
                u"Correct the arguments and try again."_s};
    case 404:
        return {Error::Kind::NotFound, u"%1 has nothing there."_s.arg(host),
                u"Check the arguments."_s};
    case 429: {
        Error error{Error::Kind::RateLimited, u"%1 is limiting requests."_s.arg(host)};
        error.retryAfterSeconds = retryAfterSeconds(answer.headers, Clock::system().now())
                                      .value_or(kDefaultRetryAfterSeconds);
        error.action = u"Wait %1 s and try again."_s.arg(error.retryAfterSeconds);
        return error;
    }
    default:
        return {Error::Kind::Upstream,
                u"%1 answered with status %2."_s.arg(host, QString::number(answer.status)),
                u"Try again later."_s};
    }
}

/// How long to wait before repeating the request; nothing = do not repeat it.
std::optional<int> waitBeforeRepeat(const Result<http::ClientResponse> &answer, int attempt)
{
    if (!answer) {
        // A truncated answer is Upstream here. A timeout is not repeated: it has already cost the
        // caller half a minute.
        const Error::Kind kind = answer.error().kind;
        if (kind == Error::Kind::Offline || kind == Error::Kind::Upstream)
            return backoffMs(attempt);
        return {};
    }
    if (answer->status != 429 && answer->status < 500)
        return {};
    const auto asked = retryAfterSeconds(answer->headers, Clock::system().now());
    if (asked && *asked > kLongestWaitSeconds)
        return {};
    if (!asked && answer->status == 429 && kDefaultRetryAfterSeconds > kLongestWaitSeconds)
        return {};
    return qMax(asked.value_or(0) * 1000, backoffMs(attempt));
}

void note(const UpstreamTrace &trace, const ApiRequest &request, const QUrl &base,
          const Result<http::ClientResponse> &answer, qint64 elapsedMs)
{
    if (!trace)
        return;
    store::UpstreamRequest entry;
    entry.method = QString::fromLatin1(request.method);
    entry.path = request.site.isEmpty() ? request.path
                                        : addressOf(base, request).toString(QUrl::FullyEncoded);
    entry.elapsedMs = static_cast<int>(elapsedMs);
    if (answer) {
        entry.status = answer->status;
        entry.rayId = QString::fromLatin1(answer->headers.value(facts().requestIdHeader));
    }
    trace->append(entry);
}

} // namespace

class ApiClient::Private
{
public:
    const Provider &provider;
    http::HttpClient &client;
    Credentials &credentials;
    const Endpoints endpoints;

    using Answer = Result<http::ClientResponse>;
    Task<Answer> exchange(LoginId login, ApiRequest request, std::stop_token stop,
                          UpstreamTrace trace);
};

ApiClient::ApiClient(const Provider &provider, http::HttpClient &client, Credentials &credentials,
                     Endpoints endpoints)
    : d(new Private{provider, client, credentials, std::move(endpoints)})
{
}

ApiClient::~ApiClient() = default;

Task<ApiClient::Private::Answer> ApiClient::Private::exchange(LoginId login, ApiRequest request,
                                                              std::stop_token stop,
                                                              UpstreamTrace trace)
{
    const bool isPublic = !request.site.isEmpty();
    const QUrl base = isPublic ? endpoints.site(request.site) : endpoints.api;
    int attempt = 0;
    bool refreshed = isPublic; // there is nothing to refresh then
    for (;;) {
        http::ClientRequest out = toHttp(base, request);
        Secret used;
        if (!isPublic) {
            Result<Secret> token = co_await credentials.accessToken(login, stop);
            if (stop.stop_requested())
                co_return fail(cancelled());
            if (!token)
                co_return fail(token.error());
            used = *std::move(token);
            out.headers.set("Authorization", "Bearer " + used.reveal());
        }
        QElapsedTimer watch;
        watch.start();
        Answer answer = co_await client.send(std::move(out), stop);
        note(trace, request, base, answer, watch.elapsed());
        if (stop.stop_requested())
            co_return fail(cancelled());

        if (answer && answer->status == 401 && !refreshed) {
            // A 401 means that nothing was carried out, so even a write may be sent again with a
            // new token.
            refreshed = true;
            credentials.reject(login, used);
            continue;
        }
        if (!request.safeToRepeat || attempt >= kRetries)
            co_return answer;
        const std::optional<int> wait = waitBeforeRepeat(answer, attempt);
        if (!wait)
            co_return answer;
        qCDebug(lcProvider) << "repeating" << request.path << "in" << *wait << "ms";
        co_await pause(std::chrono::milliseconds(*wait), stop);
        ++attempt;
    }
}

Task<Result<ApiResponse>> ApiClient::send(LoginId login, ApiRequest request, std::stop_token stop,
                                          UpstreamTrace trace)
{
    const Private::Answer answer = co_await d->exchange(std::move(login), std::move(request),
                                                        std::move(stop), std::move(trace));
    if (!answer)
        co_return fail(answer.error());
    Result<Envelope> envelope = d->provider.read(*answer);
    if (!envelope)
        co_return fail(envelope.error());
    co_return ApiResponse{answer->status, std::move(envelope->result),
                          std::move(envelope->resultInfo), answer->body};
}

Task<Result<ApiResponse>> ApiClient::sendForText(LoginId login, ApiRequest request,
                                                 std::stop_token stop, UpstreamTrace trace)
{
    const QString site = request.site;
    const Private::Answer answer = co_await d->exchange(std::move(login), std::move(request),
                                                        std::move(stop), std::move(trace));
    if (!answer)
        co_return fail(answer.error());
    if (answer->status < 200 || answer->status > 299)
        co_return fail(site.isEmpty() ? d->provider.failure(*answer)
                                      : siteFailure(d->endpoints.site(site).host(), *answer));
    co_return ApiResponse{answer->status, Json(), Json(), answer->body};
}

} // namespace flaredeck::provider
