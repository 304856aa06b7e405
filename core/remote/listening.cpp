#include "core/remote/connectionprivate.h"

#include "core/base/logging.h"
#include "core/base/waiting.h"
#include "core/http/headernames.h"

#include <algorithm>

namespace flaredeck::remote {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int kMostPongs = 8;
constexpr int kSilenceMs = 24 * 3600 * 1000; ///< it may have nothing to say all day
constexpr int kFarewellMs = 5000;
constexpr auto kSoonest = std::chrono::milliseconds(1000);
constexpr auto kLatest = std::chrono::milliseconds(5 * 60 * 1000);

} // namespace

Task<> Connection::Private::say(QByteArray message)
{
    auto preparing = prepared("POST", tasks.token());
    Result<Prepared> post = co_await preparing;
    if (!post)
        co_return;
    post->request.body = std::move(message);
    post->request.timeoutMs = kFirstMs;
    const auto place = lanes->take();
    auto sending = place->client().send(std::move(post->request), tasks.token());
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

Task<> Connection::Private::pong(Json id)
{
    // Of a flood the rest stays unanswered.
    if (pongs >= kMostPongs)
        co_return;
    ++pongs;
    auto answering = answer(std::move(id), Json::object(), {});
    co_await answering;
    --pongs;
}

void Connection::Private::endSession()
{
    if (session.isEmpty())
        return;
    http::ClientRequest farewell;
    farewell.method = "DELETE";
    farewell.url = server.url;
    farewell.timeoutMs = kFarewellMs;
    farewell.maxBytes = 64LL * 1024;
    farewell.headers = lastHead;
    farewell.connectTo = checked;
    lanes->post(std::move(farewell));
}

void Connection::Private::passOn(const Json &id, const std::string &method, const Json &params)
{
    for (auto weak = calls.rbegin(); weak != calls.rend(); ++weak) {
        const ExchangePtr call = weak->lock();
        if (call && !call->isSettled()) {
            call->ask(id, method, params);
            return;
        }
    }
    if (pongs >= kMostPongs)
        return;
    tasks.run(refuse(id));
}

Task<> Connection::Private::refuse(Json id)
{
    ++pongs;
    auto answering = answer(std::move(id), Json(),
                            rpc::RpcError{rpc::kMethodNotFound, u"There is nobody to ask."_s});
    co_await answering;
    --pongs;
}

void Connection::Private::listenSoon()
{
    if (listened || session.isEmpty() || !(tellsOfLists || mayAsk))
        return;
    listened = exchange({}, {}, nullptr);
    tasks.run(listen(listened));
}

Task<> Connection::Private::listen(ExchangePtr mine)
{
    mine->asked = [this](const Json &id, const std::string &method, const Json &params) {
        passOn(id, method, params);
    };
    const std::stop_token stop = mine->transfer.get_token();
    const std::stop_callback ending(tasks.token(), [mine] {
        std::stop_source transfer = mine->transfer;
        transfer.request_stop();
    });
    std::chrono::milliseconds wait = kSoonest;
    while (!stop.stop_requested()) {
        auto preparing = prepared("GET", stop);
        Result<Prepared> get = co_await preparing;
        if (!get)
            break;
        if (mine->stream && !mine->stream->lastId().isEmpty())
            get->request.headers.append(http::header::kLastEvent.toByteArray(),
                                        mine->stream->lastId());
        if (mine->stream)
            mine->stream->restart();
        mine->received = 0;
        get->request.timeoutMs = kSilenceMs;
        int status = 0;
        get->request.sink = [this, mine, &status](const http::ClientResponse &head,
                                                  const QByteArray &bytes) {
            status = head.status;
            if (head.status == 200)
                takeBytes(mine, head, bytes);
        };
        bool isOver = false;
        {
            const auto place = lanes->take();
            auto sending = place->client().send(std::move(get->request), stop);
            const Result<http::ClientResponse> end = co_await sending;
            // A server without such streams says so (405), one that has lost the session too (404).
            isOver = mine->isSettled() || (status != 200 && status != 0 && status < 500) ||
                     (status == 200 && !mine->stream);
        }
        if (isOver || stop.stop_requested())
            break;
        const auto asked = std::chrono::milliseconds(mine->stream ? mine->stream->retryMs() : 0);
        wait = status == 200 ? std::max(asked, kSoonest) : std::min(wait * 2, kLatest);
        auto pausing = pause(wait, stop);
        co_await pausing;
    }
    if (listened == mine)
        listened.reset();
}

} // namespace flaredeck::remote
