#include "core/remote/connectionprivate.h"

#include "core/base/plaintext.h"
#include "core/base/waiting.h"
#include "core/http/addresslookup.h"
#include "core/http/addressrules.h"
#include "core/http/headernames.h"
#include "core/provider/retryafter.h"
#include "core/remote/reach.h"

#include <algorithm>

namespace flaredeck::remote {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr Millis kAddressKept = 5LL * 60 * 1000;
constexpr int kMostResumes = 20; ///< of one answer, without anything new
constexpr auto kLeastRetry = std::chrono::milliseconds(100);
/// For a server to end the stream of its answer itself, which keeps the connection for the next.
constexpr auto kEndsWithin = std::chrono::seconds(2);

} // namespace

Task<Result<Prepared>> Connection::Private::prepared(QByteArray method, std::stop_token stop)
{
    Prepared made;
    http::ClientRequest &request = made.request;
    request.method = std::move(method);
    request.url = server.url;
    request.timeoutMs = kIdleMs;
    request.maxBytes = kMaxAnswer;
    const bool isSecure = server.url.scheme() == "https"_L1;
    const bool isPlain = server.url.scheme() == "http"_L1 && server.mayBePrivate &&
                         isThisComputer(server.url.host());
    if (!isSecure && !isPlain) {
        co_return fail(Error::Kind::InvalidInput,
                       u"%1 is not reached by https."_s.arg(server.title),
                       u"Give its https address."_s);
    }
    if (!server.mayBePrivate && !server.isKnown) {
        auto looking = address(stop);
        const Result<QHostAddress> found = co_await looking;
        if (!found)
            co_return fail(found.error());
        request.connectTo = *found;
    }
    request.headers = http::Headers{{"Content-Type", "application/json"},
                                    {"Accept", "application/json, text/event-stream"}};
    if (request.method == "GET")
        request.headers = http::Headers{{"Accept", "text/event-stream"}};
    if (!session.isEmpty())
        request.headers.append(http::header::kSession.toByteArray(), session);
    // The one that settles the revision carries none.
    if (!isInitializing)
        request.headers.append(http::header::kProtocolVersion.toByteArray(),
                               spoken.name.toLatin1());
    if (bearer.token) {
        auto asking = bearer.token(stop);
        Result<Secret> token = co_await asking;
        if (!token)
            co_return fail(token.error());
        if (!token->isEmpty())
            request.headers.append(http::header::kAuthorization.toByteArray(),
                                   "Bearer " + token->reveal());
        made.token = std::move(*token);
    }
    if (!session.isEmpty())
        lastHead = request.headers;
    co_return Result<Prepared>(std::move(made));
}

Task<Result<QHostAddress>> Connection::Private::address(std::stop_token stop)
{
    if (!checked.isNull() && clock.monotonic() - checkedAt < kAddressKept)
        co_return QHostAddress(checked);
    auto looking = http::lookUp(server.url.host(), std::move(stop));
    const Result<QList<QHostAddress>> found = co_await looking;
    if (!found)
        co_return fail(found.error());
    const bool isPublic =
        !found->isEmpty() && std::all_of(found->begin(), found->end(), &http::isPublic);
    if (!isPublic) {
        co_return fail(
            Error::Kind::Denied,
            u"%1 leads to an address on this computer or its network."_s.arg(server.url.host()),
            u"If that is meant, remove the server and add it as a private one."_s);
    }
    checked = found->first();
    checkedAt = clock.monotonic();
    co_return QHostAddress(checked);
}

ExchangePtr Connection::Private::exchange(QByteArray id, std::string method,
                                          mcp::CallContextPtr context)
{
    auto made = std::make_shared<Exchange>(std::move(id), std::move(method), std::move(context));
    made->other = [this](const std::string &said, const Json &) {
        if (said == "notifications/tools/list_changed" && !changed.isActive())
            changed.start();
    };
    made->pinged = [this](const Json &ping) { tasks.run(pong(ping)); };
    return made;
}

void Connection::Private::takeBytes(const ExchangePtr &exchange, const http::ClientResponse &head,
                                    const QByteArray &bytes)
{
    if (exchange->status == 0) {
        exchange->status = head.status;
        exchange->headers = head.headers;
        const QByteArray type = head.headers.value("Content-Type").toLower();
        if (head.status == 200 && type.startsWith("text/event-stream")) {
            const std::weak_ptr<Exchange> weak = exchange;
            exchange->stream = std::make_unique<EventReader>(
                [weak](const QByteArray &event, const QByteArray &data) {
                    const ExchangePtr open = weak.lock();
                    if (!open || event != "message" || data.isEmpty())
                        return;
                    const Result<Json> message = json::parse(data);
                    if (message)
                        open->take(*message);
                    else
                        open->settle(
                            fail(Error::Kind::Upstream, u"The server sent what is not JSON."_s));
                });
        }
    }
    if (bytes.isEmpty() || exchange->isSettled())
        return;
    exchange->received += bytes.size();
    bool isReadable = exchange->received <= kMaxAnswer;
    if (!exchange->stream)
        exchange->body += bytes;
    else if (isReadable)
        isReadable = exchange->stream->feed(bytes);
    if (!isReadable)
        exchange->settle(fail(Error::Kind::Upstream, u"The answer is too long."_s));
    // A server that goes on after its answer is left; but not from within its own signal.
    if (exchange->isSettled())
        QTimer::singleShot(isReadable ? kEndsWithin : std::chrono::seconds(0), &q,
                           [exchange] { exchange->transfer.request_stop(); });
}

Task<> Connection::Private::carry(ExchangePtr exchange, http::ClientRequest post)
{
    // It may be waited for by nobody, and ends with us all the same.
    const std::stop_callback ending(tasks.token(), [exchange] {
        std::stop_source transfer = exchange->transfer;
        transfer.request_stop();
    });
    Result<http::ClientResponse> end = fail(Error::Kind::Internal, QString());
    {
        const auto place = lanes->take();
        post.sink = [this, exchange](const http::ClientResponse &head, const QByteArray &bytes) {
            const QByteArray given = head.headers.value(http::header::kSession);
            if (exchange->method() == "initialize" && session.isEmpty() && wire::isSessionId(given))
                session = given;
            takeBytes(exchange, head, bytes);
        };
        auto sending = place->client().send(std::move(post), exchange->transfer.get_token());
        end = co_await sending;
    }
    bool isResumed = true;
    for (int tries = 0; tries < kMostResumes && isResumed; ++tries) {
        const QByteArray before = exchange->stream ? exchange->stream->lastId() : QByteArray();
        auto resuming = resume(exchange);
        isResumed = co_await resuming;
        if (isResumed && exchange->stream->lastId() != before)
            tries = 0;
    }
    if (!exchange->isSettled())
        concludeBody(exchange, end);
}

Task<bool> Connection::Private::resume(ExchangePtr exchange)
{
    // 2025-11-25, basic/transports, "Resumability and Redelivery".
    const std::stop_token stop = exchange->transfer.get_token();
    if (exchange->isSettled() || stop.stop_requested() || exchange->method() == "initialize" ||
        isModern() || !exchange->stream || exchange->stream->lastId().isEmpty())
        co_return false;
    const auto wait = std::max(std::chrono::milliseconds(exchange->stream->retryMs()), kLeastRetry);
    auto pausing = pause(wait, stop);
    co_await pausing;
    if (exchange->isSettled() || stop.stop_requested())
        co_return false;
    auto preparing = prepared("GET", stop);
    Result<Prepared> again = co_await preparing;
    if (!again)
        co_return false;
    exchange->stream->restart();
    again->request.headers.append(http::header::kLastEvent.toByteArray(),
                                  exchange->stream->lastId());
    again->request.sink = [this, exchange](const http::ClientResponse &head,
                                           const QByteArray &bytes) {
        if (head.status == 200)
            takeBytes(exchange, head, bytes);
    };
    const auto place = lanes->take();
    auto resuming = place->client().send(std::move(again->request), stop);
    const Result<http::ClientResponse> end = co_await resuming;
    // Who cannot be reached now may be so the next time.
    co_return !exchange->isSettled() && (!end || end->status == 200);
}

void Connection::Private::concludeBody(const ExchangePtr &exchange,
                                       const Result<http::ClientResponse> &end)
{
    if (!end)
        return exchange->settle(fail(inWords(end.error())));
    if (exchange->stream)
        return exchange->settle(
            fail(Error::Kind::Upstream,
                 u"%1 ended its answer before it was complete."_s.arg(server.title),
                 u"Whether the call has run is not known: look before calling again."_s));
    const Result<Json> body = json::parse(exchange->body);
    if (exchange->status == 200 && body)
        exchange->take(*body);
    if (exchange->isSettled())
        return;
    // An error that is sent with a status of HTTP may come without the id.
    if (exchange->status != 200 && body && body->is_object()) {
        if (const Json *error = json::find(*body, "error"); error && error->is_object()) {
            Json message = *body;
            message["id"] = json::parse(exchange->id()).value_or(Json());
            if (exchange->status == 400 || exchange->status == 404 || exchange->status == 405)
                exchange->take(message);
        }
    }
    if (!exchange->isSettled())
        exchange->settle(fail(refused(*exchange)));
}

Error Connection::Private::refused(const Exchange &exchange) const
{
    const int status = exchange.status;
    const QByteArray challenge = exchange.headers.value("WWW-Authenticate");
    if (status == 401) {
        return {Error::Kind::Unauthorized, u"%1 wants a sign-in."_s.arg(server.title),
                u"The user can sign in to it in Flaredeck."_s};
    }
    if (status == 403) {
        const bool isScope =
            wire::challengeParameter(challenge, "error") == "insufficient_scope"_L1;
        const QString wanted =
            plaintext::line(plaintext::cut(wire::challengeParameter(challenge, "scope"), 300));
        return isScope ? Error{Error::Kind::Denied,
                               u"The sign-in to %1 lacks a right for this: %2."_s.arg(server.title,
                                                                                      wanted),
                               u"The user can sign in to it again in Flaredeck, with that right."_s}
                       : Error{Error::Kind::Denied, u"%1 refused the request."_s.arg(server.title),
                               u"The user's role there may not allow it."_s};
    }
    if (status == 429) {
        Error error{Error::Kind::RateLimited, u"%1 has had too many requests."_s.arg(server.title),
                    u"Try again later."_s};
        error.retryAfterSeconds = provider::retryAfterSeconds(exchange.headers, clock.now())
                                      .value_or(provider::kDefaultRetryAfterSeconds);
        return error;
    }
    if (status >= 300 && status < 400)
        return {Error::Kind::Upstream,
                u"%1 answered with the address of another server, which is not followed."_s.arg(
                    server.title),
                u"If it has moved, add it with its new address."_s};
    if (status >= 500)
        return {Error::Kind::Upstream,
                u"%1 has a problem (status %2)."_s.arg(server.title, QString::number(status)),
                u"Try again later."_s};
    return {Error::Kind::Upstream,
            u"%1 answered in a way that is not MCP (status %2)."_s.arg(server.title,
                                                                       QString::number(status)),
            u"Check the server's address."_s};
}

Error Connection::Private::inWords(Error error) const
{
    if (error.kind == Error::Kind::Timeout || error.kind == Error::Kind::Upstream)
        error.action = u"Whether the call has run is not known: look before calling again."_s;
    return error;
}

void Connection::Private::tellOfChallenge(const Exchange &exchange)
{
    const QByteArray challenge = exchange.headers.value("WWW-Authenticate");
    const bool lacksScope = exchange.status == 403 &&
                            wire::challengeParameter(challenge, "error") == "insufficient_scope"_L1;
    if (exchange.status == 401 || lacksScope)
        emit q.challenged(challenge);
}

} // namespace flaredeck::remote
