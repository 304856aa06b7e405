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

http::ClientRequest toHttp(const QUrl &api, const ApiRequest &request, const Secret &token)
{
    QUrl url = QUrl::fromEncoded(api.toEncoded() + request.path.toUtf8(), QUrl::StrictMode);
    if (!request.query.isEmpty())
        url.setQuery(request.query);

    http::ClientRequest out;
    out.method = request.method;
    out.url = url;
    out.headers = request.headers;
    out.headers.set("Authorization", "Bearer " + token.reveal());
    if (!out.headers.contains("Accept"))
        out.headers.append("Accept", "application/json");
    if (request.body) {
        out.headers.set("Content-Type", "application/json");
        out.body = json::print(*request.body);
    }
    return out;
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

void note(const UpstreamTrace &trace, const ApiRequest &request,
          const Result<http::ClientResponse> &answer, qint64 elapsedMs)
{
    if (!trace)
        return;
    store::UpstreamRequest entry;
    entry.method = QString::fromLatin1(request.method);
    entry.path = request.path;
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
    const QUrl api;

    using Answer = Result<http::ClientResponse>;
    Task<Answer> exchange(LoginId login, ApiRequest request, std::stop_token stop,
                          UpstreamTrace trace);
};

ApiClient::ApiClient(const Provider &provider, http::HttpClient &client, Credentials &credentials,
                     Endpoints endpoints)
    : d(new Private{provider, client, credentials, std::move(endpoints.api)})
{
}

ApiClient::~ApiClient() = default;

Task<ApiClient::Private::Answer> ApiClient::Private::exchange(LoginId login, ApiRequest request,
                                                              std::stop_token stop,
                                                              UpstreamTrace trace)
{
    int attempt = 0;
    bool refreshed = false;
    for (;;) {
        const Result<Secret> token = co_await credentials.accessToken(login, stop);
        if (stop.stop_requested())
            co_return fail(cancelled());
        if (!token)
            co_return fail(token.error());

        http::ClientRequest out = toHttp(api, request, *token);
        QElapsedTimer watch;
        watch.start();
        Answer answer = co_await client.send(std::move(out), stop);
        note(trace, request, answer, watch.elapsed());
        if (stop.stop_requested())
            co_return fail(cancelled());

        if (answer && answer->status == 401 && !refreshed) {
            // A 401 means that nothing was carried out, so even a write may be sent again with a
            // new token.
            refreshed = true;
            credentials.reject(login, *token);
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
    const Private::Answer answer = co_await d->exchange(std::move(login), std::move(request),
                                                        std::move(stop), std::move(trace));
    if (!answer)
        co_return fail(answer.error());
    if (answer->status < 200 || answer->status > 299)
        co_return fail(d->provider.failure(*answer));
    co_return ApiResponse{answer->status, Json(), Json(), answer->body};
}

} // namespace flaredeck::provider
