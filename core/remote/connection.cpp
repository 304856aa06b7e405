#include "core/remote/connectionprivate.h"

#include "core/base/crypto.h"
#include "core/base/waiting.h"

#include <QSet>

#include <algorithm>
#include <utility>

namespace flaredeck::remote {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr auto kParkedFor = std::chrono::minutes(5);
constexpr int kMostRounds = 10;         ///< of questions in one call
constexpr int kMostInputs = 20;         ///< in one of them
constexpr qsizetype kMostCursor = 4096; ///< characters
constexpr qsizetype kMaxTool = 256LL * 1024;
/// For all of a call but the time that a person takes, and of a handshake or a page of a list: a
/// server that sends a byte now and then must not keep it for ever.
constexpr auto kLongestCall = std::chrono::hours(1);
constexpr auto kLongestOther = std::chrono::minutes(1);

QByteArray fingerprint(const QString &tool, const Json &arguments)
{
    return crypto::sha256(tool.toUtf8() + '\n' + json::print(arguments));
}

QList<mcp::InputRequest> questionsOf(const Json &result)
{
    QList<mcp::InputRequest> questions;
    const Json *asked = json::find(result, "inputRequests");
    if (!asked || !asked->is_object())
        return questions;
    for (const auto &[name, question] : asked->items()) {
        const auto method = json::stringAt(question, "method");
        const Json *given = json::find(question, "params");
        if (method)
            questions.append({QString::fromStdString(name),
                              method->toStdString(),
                              given && given->is_object() ? *given : Json::object(),
                              {}});
    }
    return questions;
}

} // namespace

Connection::Private::Private(Connection &owner, std::shared_ptr<Lanes> ways, Server where,
                             Bearer whose, SpokenRevision before, const Clock &time)
    : q(owner)
    , lanes(std::move(ways))
    , server(std::move(where))
    , bearer(std::move(whose))
    , spoken(std::move(before))
    , clock(time)
{
    changed.setSingleShot(true);
    changed.setInterval(kChangeSettlesMs);
    QObject::connect(&changed, &QTimer::timeout, &q, &Connection::toolsChanged);
}

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
    qsizetype total = 0;
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
            // 2026-07-28, basic/transports: a tool whose marks cannot be obeyed is not to be used.
            if (d->isModern() && !wire::hasUsableMarks(tool.value("inputSchema", Json())))
                continue;
            const qsizetype size = json::print(tool).size();
            if (size > kMaxTool || total + size > kMaxAnswer)
                continue;
            total += size;
            names.insert(name);
            tools << tool;
        }
        const auto cursor = json::stringAt(*result, "nextCursor");
        if (!cursor || cursor->size() > kMostCursor || cursors.contains(*cursor))
            break;
        cursors.insert(*cursor);
        params["cursor"] = *cursor;
    }
    co_return tools;
}

Task<Result<Json>> Connection::call(QString tool, Json schema, Json arguments,
                                    mcp::CallContextPtr context)
{
    const std::stop_token stop = context->stop;
    const QByteArray key = fingerprint(tool, arguments);
    if (const ExchangePtr waiting = d->takeParked(key)) {
        waiting->setContext(context);
        auto attending = d->attend(waiting, key, context, stop);
        co_return co_await attending;
    }
    Json params{{"name", tool}, {"arguments", std::move(arguments)}};
    for (int round = 0; round < kMostRounds; ++round) {
        auto asking = d->request("tools/call", params, schema, context, stop);
        Result<Json> result = co_await asking;
        const QString type =
            result ? json::stringAt(*result, "resultType").value_or(u"complete"_s) : QString();
        if (!result || type == "complete"_L1)
            co_return result;
        if (type != "input_required"_L1) {
            co_return fail(Error::Kind::Upstream,
                           u"%1 answered with a kind of result that Flaredeck does not know."_s.arg(
                               d->server.title));
        }
        const QList<mcp::InputRequest> questions = questionsOf(*result);
        const bool canAll =
            questions.size() <= kMostInputs &&
            std::all_of(questions.begin(), questions.end(),
                        [&context](const auto &question) { return context->canAsk(question); });
        if (!canAll) {
            co_return fail(Error::Kind::Upstream,
                           u"%1 asks what this client cannot be asked."_s.arg(d->server.title));
        }
        params.erase("inputResponses");
        if (!questions.isEmpty()) {
            auto answering = context->ask(questions);
            const Result<Json> answers = co_await answering;
            if (!answers)
                co_return fail(answers.error());
            params["inputResponses"] = *answers;
        }
        params.erase("requestState");
        if (const Json *state = json::find(*result, "requestState"))
            params["requestState"] = *state;
    }
    co_return fail(Error::Kind::Upstream,
                   u"%1 asked more than ten times in one call."_s.arg(d->server.title));
}

void Connection::close()
{
    const auto waiting = std::exchange(d->parked, {});
    for (const QList<ExchangePtr> &exchanges : waiting) {
        for (const ExchangePtr &exchange : exchanges)
            d->withdraw(exchange);
    }
    d->endSession();
    d->forgetSession();
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
        const bool wasModern = isModern();
        auto sending = single(method, params, schema, context, stop);
        Sent sent = co_await sending;
        if (attempt > 0 || !isStale(sent, !before.isEmpty(), wasModern))
            co_return std::move(sent.outcome);
        // Of several that find it out, one makes the next.
        if (session == before && isModern() == wasModern) {
            forgetSession();
            if (wasModern)
                spoken = {};
        }
    }
}

Task<Sent> Connection::Private::single(std::string method, Json params, Json schema,
                                       mcp::CallContextPtr context, std::stop_token stop)
{
    Sent sent;
    const bool isCall = method == "tools/call";
    const QByteArray key = isCall ? fingerprint(json::stringAt(params, "name").value_or(QString()),
                                                params.value("arguments", Json::object()))
                                  : QByteArray();
    for (int attempt = 0; attempt < 2; ++attempt) {
        auto preparing = prepared("POST", stop);
        Result<Prepared> post = co_await preparing;
        if (!post) {
            sent.outcome = fail(post.error());
            co_return sent;
        }
        const qint64 number = ++lastId;
        Json meta = Json::object();
        if (isModern()) {
            meta = wire::modernMeta(context.get());
            wire::appendStandardHeaders(post->request.headers, method, params, schema);
        }
        if (isCall)
            meta["progressToken"] = number;
        if (!meta.empty())
            params["_meta"] = meta;
        Json message{{"jsonrpc", "2.0"}, {"id", number}, {"method", method}};
        if (!params.empty())
            message["params"] = params;
        post->request.body = json::print(message);
        if (!isCall)
            post->request.timeoutMs = kFirstMs;
        const ExchangePtr running = exchange(QByteArray::number(number), method, context);
        if (isCall) {
            calls.removeIf([](const std::weak_ptr<Exchange> &other) { return other.expired(); });
            calls.append(running);
        }
        tasks.run(carry(running, std::move(post->request)));
        auto attending = attend(running, key, context, stop);
        sent.outcome = co_await attending;
        sent.status = running->status;
        sent.errorCode = running->errorCode();
        sent.errorData = running->errorData();
        const bool isRefused = sent.status == 401 && !post->token.isEmpty() && bearer.reject;
        if (isRefused)
            bearer.reject(post->token);
        if (!isRefused || attempt > 0) {
            tellOfChallenge(*running);
            break;
        }
    }
    co_return sent;
}

Task<Result<Json>> Connection::Private::attend(ExchangePtr exchange, QByteArray parkAs,
                                               mcp::CallContextPtr context, std::stop_token stop)
{
    const bool isCall = exchange->method() == "tools/call";
    const std::chrono::milliseconds longest =
        isCall ? std::chrono::milliseconds(kLongestCall) : std::chrono::milliseconds(kLongestOther);
    while (!exchange->isSettled()) {
        if (!exchange->questions().isEmpty()) {
            auto asking = askNext(exchange, parkAs, context, stop);
            const Result<> asked = co_await asking;
            if (!asked)
                co_return fail(asked.error());
            continue;
        }
        const QFuture<bool> news = exchange->news();
        co_await waitFor(news, longest, stop);
        if (stop.stop_requested()) {
            withdraw(exchange);
            co_return fail(Error::Kind::Cancelled, u"The call was cancelled."_s);
        }
        if (!exchange->isSettled() && exchange->questions().isEmpty()) {
            withdraw(exchange);
            co_return fail(
                inWords({Error::Kind::Timeout, u"%1 did not come to an end."_s.arg(server.title)}));
        }
    }
    const Result<Json> outcome = exchange->outcome();
    co_return outcome;
}

Task<Result<>> Connection::Private::askNext(ExchangePtr exchange, QByteArray parkAs,
                                            mcp::CallContextPtr context, std::stop_token stop)
{
    const Question question = exchange->takeQuestion();
    if (isModern())
        co_return Result<>(); // it has no business there, and no way back
    if (!context || !context->canAsk(question.asked)) {
        tasks.run(
            answer(question.id, Json(),
                   rpc::RpcError{rpc::kMethodNotFound, u"This client cannot be asked that."_s}));
        co_return Result<>();
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
    const std::string key = question.asked.key.toStdString();
    const Json *given = answers ? json::find(*answers, key.c_str()) : nullptr;
    if (given)
        tasks.run(answer(question.id, *given, {}));
    else
        tasks.run(answer(question.id, Json(),
                         rpc::RpcError{rpc::kServerError, u"There was no answer."_s}));
    co_return Result<>();
}

void Connection::Private::park(const ExchangePtr &exchange, const QByteArray &key)
{
    exchange->setContext(nullptr);
    exchange->parkedTimes += 1;
    parked[key].append(exchange);
    QTimer::singleShot(kParkedFor, &q,
                       [this, key, times = exchange->parkedTimes, weak = std::weak_ptr(exchange)] {
                           const ExchangePtr late = weak.lock();
                           // Not one that was fetched meanwhile, and parked again.
                           if (late && late->parkedTimes == times && parked[key].removeOne(late))
                               withdraw(late);
                           if (parked.value(key).isEmpty())
                               parked.remove(key);
                       });
}

ExchangePtr Connection::Private::takeParked(const QByteArray &key)
{
    const auto found = parked.find(key);
    if (found == parked.end() || found->isEmpty())
        return nullptr;
    ExchangePtr first = found->takeFirst();
    if (found->isEmpty())
        parked.erase(found);
    return first;
}

void Connection::Private::withdraw(const ExchangePtr &exchange)
{
    // Where there are no sessions, closing the stream is the cancellation. A handshake is not
    // cancelled (2025-11-25, basic/utilities/cancellation).
    if (!isModern() && !exchange->isSettled() && exchange->method() != "initialize" &&
        !tasks.isStopped()) {
        const Json params{{"requestId", exchange->id().toLongLong()}};
        tasks.run(notify("notifications/cancelled", params));
    }
    exchange->setContext(nullptr);
    exchange->settle(fail(Error::Kind::Cancelled, u"The call was cancelled."_s));
    exchange->transfer.request_stop();
}

} // namespace flaredeck::remote
