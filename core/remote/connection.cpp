#include "core/remote/connection.h"

#include "core/base/crypto.h"
#include "core/base/logging.h"
#include "core/base/plaintext.h"
#include "core/base/taskscope.h"
#include "core/base/waiting.h"
#include "core/http/addresslookup.h"
#include "core/http/addressrules.h"
#include "core/http/headernames.h"
#include "core/mcp/metakeys.h"
#include "core/provider/retryafter.h"
#include "core/remote/exchange.h"
#include "core/remote/wire.h"
#include "core/rpc/message.h"

#include <QHash>
#include <QSet>
#include <QTimer>

#include <algorithm>

namespace flaredeck::remote {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr Millis kRevisionKept = 24LL * 3600 * 1000;
constexpr Millis kAddressKept = 5LL * 60 * 1000;
constexpr auto kParkedFor = std::chrono::minutes(5);
constexpr int kMostRounds = 10;  ///< of questions in one call
constexpr int kMostResumes = 20; ///< of one answer, without anything new
constexpr qsizetype kMostInstructions = 4000;

/// What became of a request, as HTTP and JSON-RPC tell it.
struct Sent {
    Result<Json> outcome = fail(Error::Kind::Internal, QString());
    int status = 0;
    int errorCode = 0; ///< of JSON-RPC; 0 = none
};

bool isLocal(const QString &host)
{
    const QHostAddress address(host);
    return host == "localhost"_L1 || host.endsWith(".localhost"_L1) || address.isLoopback();
}

QByteArray fingerprint(const QString &tool, const Json &arguments)
{
    return crypto::sha256(tool.toUtf8() + '\n' + json::print(arguments));
}

} // namespace

class Connection::Private
{
public:
    Private(Connection &owner, std::shared_ptr<Lanes> ways, Server where, Bearer whose, SpokenRevision before,
            const Clock &time)
        : q(owner)
        , lanes(std::move(ways))
        , server(std::move(where))
        , bearer(std::move(whose))
        , spoken(std::move(before))
        , clock(time)
    {
    }

    /// A request with everything around it: the handshake, a session that has ended.
    Task<Result<Json>> request(std::string method, Json params, Json schema,
                               mcp::CallContextPtr context, std::stop_token stop);
    /// One POST, and one more if its token is refused.
    Task<Sent> single(std::string method, Json params, Json schema, mcp::CallContextPtr context,
                      std::stop_token stop);
    Task<Result<>> ensureOpen(mcp::CallContextPtr context, std::stop_token stop);
    Task<> open(mcp::CallContextPtr context, std::shared_ptr<QPromise<Result<>>> opened);
    Task<Result<>> shakeHands(mcp::CallContextPtr context);
    Task<Result<>> initialize(mcp::CallContextPtr context);

    /// Until the request is answered; asks the client what the server asks meanwhile.
    Task<Result<Json>> attend(ExchangePtr exchange, QByteArray parkAs, mcp::CallContextPtr context,
                              std::stop_token stop);
    Task<> carry(ExchangePtr exchange, http::ClientRequest post);
    Task<> answer(Json id, Json response, std::optional<rpc::RpcError> error);
    Task<> notify(std::string method, Json params);
    Task<> listen();
    Task<> say(QByteArray message);
    void withdraw(const ExchangePtr &exchange);
    void park(const ExchangePtr &exchange, const QByteArray &key);

    /// Head of a request, with the bearer.
    Task<Result<http::ClientRequest>> prepared(QByteArray method, std::stop_token stop);
    Task<Result<QHostAddress>> address(std::stop_token stop);
    void takeBytes(const ExchangePtr &exchange, const http::ClientResponse &head,
                   const QByteArray &bytes);
    void concludeBody(const ExchangePtr &exchange, const Result<http::ClientResponse> &end);
    [[nodiscard]] Error refused(const Exchange &exchange);
    [[nodiscard]] Error inWords(Error error) const;
    void setSpoken(const QString &revision);
    [[nodiscard]] bool isModern() const { return spoken.name == QString::fromLatin1(wire::kModern); }

    Connection &q;
    const std::shared_ptr<Lanes> lanes;
    const Server server;
    const Bearer bearer;
    SpokenRevision spoken;
    const Clock &clock;
    bool isOpen = false;
    std::optional<QFuture<Result<>>> opening;
    QByteArray session; ///< empty = the server has none
    QString instructions;
    QString version;
    bool tellsOfLists = false;
    bool isListening = false;
    qint64 lastId = 0;
    Secret tokenInUse;
    QHostAddress checked;
    Millis checkedAt = 0;
    QHash<QByteArray, ExchangePtr> parked; ///< wait for a client to come back with its answer
    TaskScope tasks;
};

Connection::Connection(std::shared_ptr<Lanes> lanes, Server server, Bearer bearer,
                       SpokenRevision spoken, const Clock &clock, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(*this, std::move(lanes), std::move(server), std::move(bearer),
                                  std::move(spoken), clock))
{
}

Connection::~Connection() = default;

const SpokenRevision &Connection::spoken() const
{
    return d->spoken;
}

QString Connection::instructions() const
{
    return d->instructions;
}

QString Connection::serverVersion() const
{
    return d->version;
}

Task<Result<QList<Json>>> Connection::listTools(std::stop_token stop)
{
    QList<Json> tools;
    QSet<QString> names;
    QSet<QString> cursors;
    Json params = Json::object();
    for (int page = 0; page < kMostPages; ++page) {
        auto asking = d->request("tools/list", params, Json(), nullptr, stop);
        const Result<Json> result = co_await asking;
        if (!result)
            co_return fail(result.error());
        const Json *listed = json::find(*result, "tools");
        if (!listed || !listed->is_array()) {
            co_return fail(Error::Kind::Upstream,
                           u"%1 sent a list of tools that is none."_s.arg(d->server.title));
        }
        for (const Json &tool : *listed) {
            const QString name = json::stringAt(tool, "name").value_or(QString());
            const bool isNew = !name.isEmpty() && name.size() <= 128 && !names.contains(name);
            if (!isNew || tools.size() >= kMostTools)
                continue;
            names.insert(name);
            tools << tool;
        }
        const auto cursor = json::stringAt(*result, "nextCursor");
        if (!cursor || cursors.contains(*cursor))
            break;
        cursors.insert(*cursor);
        params["cursor"] = *cursor;
    }
    if (d->tellsOfLists && !d->session.isEmpty() && !d->isListening)
        d->tasks.run(d->listen());
    co_return tools;
}

Task<Result<Json>> Connection::call(QString tool, Json schema, Json arguments,
                                    mcp::CallContextPtr context)
{
    const std::stop_token stop = context->stop;
    const QByteArray key = fingerprint(tool, arguments);
    if (const ExchangePtr waiting = d->parked.take(key)) {
        waiting->setContext(context);
        auto attending = d->attend(waiting, key, context, stop);
        co_return co_await attending;
    }
    Json params{{"name", tool}, {"arguments", std::move(arguments)}};
    Json token = Json::object();
    token["progressToken"] = d->lastId + 1;
    params["_meta"] = token;
    for (int round = 0; round < kMostRounds; ++round) {
        auto asking = d->request("tools/call", params, schema, context, stop);
        Result<Json> result = co_await asking;
        const auto type = result ? json::stringAt(*result, "resultType") : std::nullopt;
        if (type != "input_required"_L1)
            co_return result;
        QList<mcp::InputRequest> questions;
        if (const Json *asked = json::find(*result, "inputRequests"); asked && asked->is_object()) {
            for (const auto &[name, question] : asked->items()) {
                const auto method = json::stringAt(question, "method");
                const Json *given = json::find(question, "params");
                if (method)
                    questions.append({QString::fromStdString(name), method->toStdString(),
                                      given && given->is_object() ? *given : Json::object(),
                                      {}});
            }
        }
        if (!questions.isEmpty()) {
            auto answering = context->ask(questions);
            const Result<Json> answers = co_await answering;
            if (!answers)
                co_return fail(answers.error());
            params["inputResponses"] = *answers;
        }
        const Json *state = json::find(*result, "requestState");
        params.erase("requestState");
        if (state)
            params["requestState"] = *state;
    }
    co_return fail(Error::Kind::Upstream,
                   u"%1 asked more than ten times in one call."_s.arg(d->server.title));
}

void Connection::close()
{
    d->isOpen = false;
    d->parked.clear();
}

Task<Result<Json>> Connection::Private::request(std::string method, Json params, Json schema,
                                                mcp::CallContextPtr context, std::stop_token stop)
{
    for (int attempt = 0;; ++attempt) {
        auto opened = ensureOpen(context, stop);
        const Result<> open = co_await opened;
        if (!open)
            co_return fail(open.error());
        const QByteArray before = session;
        auto sending = single(method, params, schema, context, stop);
        Sent sent = co_await sending;
        // A session that the server has forgotten: it did not look at the request.
        const bool isStale = !before.isEmpty() && (sent.status == 404 || sent.status == 400) &&
                             !sent.outcome;
        if (isStale && attempt == 0) {
            if (session == before) {
                isOpen = false;
                session.clear();
            }
            continue;
        }
        co_return std::move(sent.outcome);
    }
}

Task<Sent> Connection::Private::single(std::string method, Json params, Json schema,
                                       mcp::CallContextPtr context, std::stop_token stop)
{
    Sent sent;
    for (int attempt = 0; attempt < 2; ++attempt) {
        auto preparing = prepared("POST", stop);
        Result<http::ClientRequest> post = co_await preparing;
        if (!post) {
            sent.outcome = fail(post.error());
            co_return sent;
        }
        const Secret token = tokenInUse.copy();
        if (isModern()) {
            Json meta = wire::modernMeta(context.get());
            if (const Json *given = json::find(params, "_meta"); given && given->is_object())
                meta.update(*given);
            params["_meta"] = std::move(meta);
            wire::appendStandardHeaders(post->headers, method, params, schema);
        }
        const QByteArray id = QByteArray::number(++lastId);
        post->body = json::print(
            {{"jsonrpc", "2.0"}, {"id", lastId}, {"method", method}, {"params", params}});
        if (method != "tools/call")
            post->timeoutMs = kFirstMs;
        const auto exchange = std::make_shared<Exchange>(id, context);
        exchange->other = [this](const std::string &said, const Json &) {
            if (said == "notifications/tools/list_changed")
                emit q.toolsChanged();
        };
        exchange->pinged = [this](const Json &ping) {
            tasks.run(answer(ping, Json::object(), {}));
        };
        tasks.run(carry(exchange, std::move(*post)));
        const QByteArray key =
            method == "tools/call"
                ? fingerprint(json::stringAt(params, "name").value_or(QString()),
                              params.value("arguments", Json::object()))
                : QByteArray();
        auto attending = attend(exchange, key, context, stop);
        sent.outcome = co_await attending;
        sent.status = exchange->status;
        sent.errorCode = exchange->errorCode();
        if (sent.status != 401 || token.isEmpty() || !bearer.reject)
            break;
        bearer.reject(token);
    }
    co_return sent;
}

Task<Result<>> Connection::Private::ensureOpen(mcp::CallContextPtr context, std::stop_token stop)
{
    if (isOpen)
        co_return Result<>();
    if (!opening || opening->isFinished()) {
        auto opened = std::make_shared<QPromise<Result<>>>();
        opened->start();
        opening = opened->future();
        tasks.run(open(context, opened));
    }
    const QFuture<Result<>> future = *opening;
    const auto done = co_await waitFor(future, stop);
    co_return done.value_or(fail(Error::Kind::Cancelled, u"The call was cancelled."_s));
}

Task<> Connection::Private::open(mcp::CallContextPtr context,
                                 std::shared_ptr<QPromise<Result<>>> opened)
{
    // For all that wait: what it may ask of a client is what the first of them can answer.
    auto shaking = shakeHands(std::move(context));
    const Result<> done = co_await shaking;
    isOpen = done.has_value();
    opened->addResult(done);
    opened->finish();
}

Task<Result<>> Connection::Private::shakeHands(mcp::CallContextPtr context)
{
    const bool isFresh = !spoken.name.isEmpty() && clock.now() - spoken.at < kRevisionKept &&
                         clock.now() >= spoken.at;
    if (isFresh && isModern())
        co_return Result<>();
    if (!isFresh) {
        const SpokenRevision before = spoken;
        spoken.name = QString::fromLatin1(wire::kModern);
        auto discovering =
            single("server/discover", Json::object(), Json(), nullptr, tasks.token());
        const Sent sent = co_await discovering;
        if (sent.outcome) {
            const QStringList versions = json::stringsAt(*sent.outcome, "supportedVersions");
            if (versions.contains(QString::fromLatin1(wire::kModern))) {
                if (const Json *info = json::find(*sent.outcome, "serverInfo"))
                    version = json::stringAt(*info, "name").value_or(QString()) + u' ' +
                              json::stringAt(*info, "version").value_or(QString());
                instructions = plaintext::block(plaintext::cut(
                    json::stringAt(*sent.outcome, "instructions").value_or(QString()),
                    kMostInstructions));
                setSpoken(QString::fromLatin1(wire::kModern));
                co_return Result<>();
            }
        } else if (sent.status == 401 || sent.status == 403 || sent.status == 429 ||
                   sent.status >= 500 || sent.status == 0) {
            spoken = before;
            co_return fail(sent.outcome.error());
        }
        spoken = {};
    }
    auto initializing = initialize(std::move(context));
    co_return co_await initializing;
}

Task<Result<>> Connection::Private::initialize(mcp::CallContextPtr context)
{
    session.clear();
    spoken.name = QString::fromLatin1(wire::kLegacy);
    const Json params{{"protocolVersion", wire::kLegacy.toStdString()},
                      {"capabilities", wire::capabilitiesOf(context.get())},
                      {"clientInfo", wire::clientInfo()}};
    auto sending = single("initialize", params, Json(), nullptr, tasks.token());
    const Sent sent = co_await sending;
    if (!sent.outcome) {
        spoken = {};
        if (sent.status == 404 || sent.status == 405) {
            co_return fail(Error::Kind::Upstream,
                           u"At %1 there is no MCP server that Flaredeck can speak with."_s.arg(
                               server.url.toString()),
                           u"Check the address: it often ends with /mcp."_s);
        }
        co_return fail(sent.outcome.error());
    }
    const QString revision = json::stringAt(*sent.outcome, "protocolVersion").value_or(QString());
    if (!wire::isLegacyRevision(revision)) {
        spoken = {};
        co_return fail(Error::Kind::Upstream,
                       u"%1 speaks a revision of MCP that Flaredeck does not know: %2."_s.arg(
                           server.title, plaintext::line(plaintext::cut(revision, 40))));
    }
    if (const Json *info = json::find(*sent.outcome, "serverInfo"))
        version = json::stringAt(*info, "name").value_or(QString()) + u' ' +
                  json::stringAt(*info, "version").value_or(QString());
    instructions = plaintext::block(plaintext::cut(
        json::stringAt(*sent.outcome, "instructions").value_or(QString()), kMostInstructions));
    if (const Json *capabilities = json::find(*sent.outcome, "capabilities")) {
        const Json *tools = json::find(*capabilities, "tools");
        tellsOfLists = tools && json::boolAt(*tools, "listChanged").value_or(false);
    }
    setSpoken(revision);
    auto telling = notify("notifications/initialized", Json());
    co_await telling;
    co_return Result<>();
}

void Connection::Private::setSpoken(const QString &revision)
{
    spoken = {revision, clock.now()};
    emit q.spokenChanged();
}

Task<Result<Json>> Connection::Private::attend(ExchangePtr exchange, QByteArray parkAs,
                                               mcp::CallContextPtr context, std::stop_token stop)
{
    for (;;) {
        if (exchange->isSettled()) {
            Result<Json> outcome = exchange->outcome();
            co_return outcome;
        }
        if (!exchange->questions().isEmpty()) {
            const Question question = exchange->takeQuestion();
            if (!context || !context->canAsk(question.asked)) {
                tasks.run(answer(question.id, Json(),
                                 rpc::RpcError{rpc::kMethodNotFound,
                                               u"This client cannot be asked that."_s}));
                continue;
            }
            QList<mcp::InputRequest> asked;
            asked << question.asked;
            auto asking = context->ask(asked);
            const Result<Json> answers = co_await asking;
            if (stop.stop_requested()) {
                withdraw(exchange);
                co_return fail(Error::Kind::Cancelled, u"The call was cancelled."_s);
            }
            if (!answers && answers.error().kind == Error::Kind::Cancelled) {
                exchange->putBack(question);
                park(exchange, parkAs);
                co_return fail(answers.error());
            }
            const Json *given =
                answers ? json::find(*answers, question.asked.key.toUtf8().constData()) : nullptr;
            if (given)
                tasks.run(answer(question.id, *given, {}));
            else
                tasks.run(answer(question.id, Json(),
                                 rpc::RpcError{rpc::kServerError, u"There was no answer."_s}));
            continue;
        }
        const QFuture<bool> news = exchange->news();
        co_await waitFor(news, stop);
        if (stop.stop_requested()) {
            withdraw(exchange);
            co_return fail(Error::Kind::Cancelled, u"The call was cancelled."_s);
        }
    }
}

void Connection::Private::park(const ExchangePtr &exchange, const QByteArray &key)
{
    exchange->setContext(nullptr);
    parked.insert(key, exchange);
    QTimer::singleShot(kParkedFor, &q, [this, key, waiting = std::weak_ptr(exchange)] {
        const ExchangePtr late = waiting.lock();
        if (late && parked.value(key) == late) {
            parked.remove(key);
            withdraw(late);
        }
    });
}

void Connection::Private::withdraw(const ExchangePtr &exchange)
{
    // Where there are no sessions, closing the stream is the cancellation.
    if (!isModern() && !exchange->isSettled() && exchange->id() != "1") {
        tasks.run(notify("notifications/cancelled", {{"requestId", exchange->id().toLongLong()}}));
    }
    exchange->setContext(nullptr);
    exchange->settle(fail(Error::Kind::Cancelled, u"The call was cancelled."_s));
    exchange->transfer.request_stop();
}

Task<Result<http::ClientRequest>> Connection::Private::prepared(QByteArray method,
                                                                std::stop_token stop)
{
    http::ClientRequest request;
    request.method = std::move(method);
    request.url = server.url;
    request.timeoutMs = kIdleMs;
    request.maxBytes = kMaxAnswer;
    const bool isSecure = server.url.scheme() == "https"_L1;
    if (!isSecure && !(server.mayBePrivate && isLocal(server.url.host()))) {
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
    if (isModern() || isOpen || !session.isEmpty())
        request.headers.append(http::header::kProtocolVersion.toByteArray(),
                               spoken.name.toLatin1());
    tokenInUse = Secret();
    if (bearer.token) {
        auto asking = bearer.token(stop);
        Result<Secret> token = co_await asking;
        if (!token)
            co_return fail(token.error());
        if (!token->isEmpty())
            request.headers.append(http::header::kAuthorization.toByteArray(),
                                   "Bearer " + token->reveal());
        tokenInUse = std::move(*token);
    }
    co_return request;
}

Task<Result<QHostAddress>> Connection::Private::address(std::stop_token stop)
{
    if (!checked.isNull() && clock.monotonic() - checkedAt < kAddressKept)
        co_return QHostAddress(checked);
    auto looking = http::lookUp(server.url.host(), std::move(stop));
    const Result<QList<QHostAddress>> found = co_await looking;
    if (!found)
        co_return fail(found.error());
    const bool isPublic = !found->isEmpty() && std::all_of(found->begin(), found->end(),
                                                           &http::isPublic);
    if (!isPublic) {
        co_return fail(Error::Kind::Denied,
                       u"%1 leads to an address on this computer or its network."_s.arg(
                           server.url.host()),
                       u"If that is meant, remove the server and add it as a private one."_s);
    }
    checked = found->first();
    checkedAt = clock.monotonic();
    co_return QHostAddress(checked);
}

void Connection::Private::takeBytes(const ExchangePtr &exchange, const http::ClientResponse &head,
                                    const QByteArray &bytes)
{
    if (exchange->status != head.status || exchange->headers.lines().isEmpty()) {
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
                    if (const Result<Json> message = json::parse(data))
                        open->take(*message);
                });
        }
    }
    if (bytes.isEmpty())
        return;
    if (exchange->stream) {
        if (!exchange->stream->feed(bytes))
            exchange->settle(fail(Error::Kind::Upstream, u"The answer is too long."_s));
    } else {
        exchange->body += bytes;
    }
    // Nothing more is wanted of a stream with its answer; but not from within its own signal.
    if (exchange->isSettled())
        QMetaObject::invokeMethod(
            &q, [exchange] { exchange->transfer.request_stop(); }, Qt::QueuedConnection);
}

Task<> Connection::Private::carry(ExchangePtr exchange, http::ClientRequest post)
{
    const auto place = lanes->take();
    const bool isHandshake = !isOpen;
    post.sink = [this, exchange](const http::ClientResponse &head, const QByteArray &bytes) {
        if (const QByteArray given = head.headers.value(http::header::kSession);
            !given.isEmpty() && session.isEmpty() && !isModern())
            session = given;
        takeBytes(exchange, head, bytes);
    };
    auto sending = place->client().send(std::move(post), exchange->transfer.get_token());
    Result<http::ClientResponse> end = co_await sending;
    // A stream that ends without the answer goes on elsewhere, where the server said how to find it
    // (2025-11-25, basic/transports, "Resumability and Redelivery").
    for (int tries = 0; tries < kMostResumes && !tasks.isStopped(); ++tries) {
        if (exchange->isSettled() || isHandshake || isModern() || !exchange->stream ||
            exchange->stream->lastId().isEmpty())
            break;
        const QByteArray before = exchange->stream->lastId();
        co_await pause(std::chrono::milliseconds(exchange->stream->retryMs()),
                       exchange->transfer.get_token());
        if (exchange->isSettled() || tasks.isStopped())
            break;
        auto preparing = prepared("GET", exchange->transfer.get_token());
        Result<http::ClientRequest> again = co_await preparing;
        if (!again)
            break;
        again->headers.append(http::header::kLastEvent.toByteArray(), before);
        again->sink = [this, exchange](const http::ClientResponse &head, const QByteArray &bytes) {
            if (head.status == 200 && exchange->stream && !bytes.isEmpty())
                exchange->stream->feed(bytes);
            if (exchange->isSettled())
                QMetaObject::invokeMethod(
                    &q, [exchange] { exchange->transfer.request_stop(); }, Qt::QueuedConnection);
        };
        auto resuming = place->client().send(std::move(*again), exchange->transfer.get_token());
        end = co_await resuming;
        if (end && end->status != 200)
            break;
        if (exchange->stream->lastId() != before)
            tries = 0;
    }
    if (!exchange->isSettled())
        concludeBody(exchange, end);
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
    if (exchange->status == 200 && body) {
        for (const Json &message : body->is_array() ? *body : Json::array({*body}))
            exchange->take(message);
    }
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

Error Connection::Private::refused(const Exchange &exchange)
{
    const int status = exchange.status;
    const QByteArray challenge = exchange.headers.value("WWW-Authenticate");
    if (status == 401) {
        emit q.challenged(challenge);
        return {Error::Kind::Unauthorized, u"%1 wants a sign-in."_s.arg(server.title),
                u"The user can sign in to it in Flaredeck."_s};
    }
    if (status == 403) {
        const bool isScope =
            wire::challengeParameter(challenge, "error") == "insufficient_scope"_L1;
        if (isScope)
            emit q.challenged(challenge);
        const QString wanted =
            plaintext::line(plaintext::cut(wire::challengeParameter(challenge, "scope"), 300));
        return isScope
                   ? Error{Error::Kind::Denied,
                           u"The sign-in to %1 lacks a right for this: %2."_s.arg(server.title,
                                                                                 wanted),
                           u"The user can sign in to it again in Flaredeck, with that right."_s}
                   : Error{Error::Kind::Denied, u"%1 refused the request."_s.arg(server.title),
                           u"The user's role there may not allow it."_s};
    }
    if (status == 429) {
        Error error{Error::Kind::RateLimited,
                    u"%1 has had too many requests."_s.arg(server.title), u"Try again later."_s};
        error.retryAfterSeconds =
            provider::retryAfterSeconds(exchange.headers, clock.now())
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
    if (error.kind == Error::Kind::Timeout)
        error.action = u"Whether the call has run is not known: look before calling again."_s;
    return error;
}

Task<> Connection::Private::say(QByteArray message)
{
    auto preparing = prepared("POST", tasks.token());
    Result<http::ClientRequest> post = co_await preparing;
    if (!post)
        co_return;
    post->body = std::move(message);
    post->timeoutMs = kFirstMs;
    const auto place = lanes->take();
    auto sending = place->client().send(std::move(*post), tasks.token());
    const auto said = co_await sending;
    if (!said)
        qCDebug(lcProvider).noquote() << server.title << said.error().message;
}

Task<> Connection::Private::notify(std::string method, Json params)
{
    auto saying = say(rpc::notification(method, params));
    co_await saying;
}

Task<> Connection::Private::answer(Json id, Json response, std::optional<rpc::RpcError> error)
{
    const auto known = rpc::RequestId::fromJson(id);
    if (!known)
        co_return;
    auto saying = say(error ? rpc::errorMessage(*known, *error)
                            : rpc::resultMessage(*known, json::print(response)));
    co_await saying;
}

Task<> Connection::Private::listen()
{
    isListening = true;
    const QByteArray before = session;
    QByteArray last;
    int retryMs = 0;
    while (!tasks.isStopped()) {
        if (session != before)
            break;
        const auto exchange = std::make_shared<Exchange>("\"\"", nullptr);
        exchange->other = [this](const std::string &said, const Json &) {
            if (said == "notifications/tools/list_changed")
                emit q.toolsChanged();
        };
        exchange->pinged = [this](const Json &ping) {
            tasks.run(answer(ping, Json::object(), {}));
        };
        auto preparing = prepared("GET", tasks.token());
        Result<http::ClientRequest> get = co_await preparing;
        if (!get)
            break;
        if (!last.isEmpty())
            get->headers.append(http::header::kLastEvent.toByteArray(), last);
        get->timeoutMs = 24 * 3600 * 1000; // it may have nothing to say all day
        get->sink = [this, exchange](const http::ClientResponse &head, const QByteArray &bytes) {
            takeBytes(exchange, head, bytes);
        };
        const auto place = lanes->take();
        auto sending = place->client().send(std::move(*get), tasks.token());
        const auto end = co_await sending;
        if (!end || exchange->status != 200 || !exchange->stream)
            break;
        last = exchange->stream->lastId();
        retryMs = std::max(exchange->stream->retryMs(), 1000);
        co_await pause(std::chrono::milliseconds(retryMs), tasks.token());
    }
    isListening = false;
}

} // namespace flaredeck::remote
