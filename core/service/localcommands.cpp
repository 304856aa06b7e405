#include "core/service/localcommands.h"

#include "core/base/logging.h"
#include "core/base/waiting.h"
#include "core/http/peerprocess.h"
#include "core/http/ssestream.h"
#include "core/oauth/endpoints/oautherror.h"

#include <QPointer>

#include <optional>

namespace flaredeck::service {

using namespace Qt::StringLiterals;

namespace {

constexpr int kLogIntervalMs = 100;

int statusOf(const Error &error)
{
    switch (error.kind) {
    case Error::Kind::InvalidInput: // the words are right: 400 is for those that are not
        return 422;
    case Error::Kind::Denied:
        return 403;
    case Error::Kind::NotFound:
        return 404;
    case Error::Kind::RateLimited:
        return 429;
    default:
        return 500;
    }
}

http::Response toResponse(int status, const Error &error)
{
    return oauth::OAuthError{status, "command_failed", error.text()}.toResponse();
}

/// An event stream, which begins with the first line.
class EventLines : public LocalLines
{
public:
    EventLines(http::ExchangePtr exchange, std::stop_source stop)
        : m_exchange(std::move(exchange))
        , m_stop(std::move(stop))
    {
        m_drained =
            QObject::connect(m_exchange.get(), &http::Exchange::drained, [this] { m_room.ring(); });
    }
    ~EventLines() override { QObject::disconnect(m_drained); }
    Q_DISABLE_COPY_MOVE(EventLines)

    void write(const Json &line) override
    {
        if (!m_stream) {
            m_stream.emplace(m_exchange);
            // Who does not read is cut off, and the exchange says nothing of that. Later, since the
            // task that ends then owns the stream.
            QObject::connect(
                &*m_stream, &http::SseStream::closed, m_exchange.get(),
                [stop = m_stop] { std::stop_source(stop).request_stop(); }, Qt::QueuedConnection);
        }
        m_stream->send(json::print(line), QByteArray());
    }
    [[nodiscard]] bool isFull() const override
    {
        return m_exchange->queuedBytes() > LocalCommands::kMostUnread;
    }
    [[nodiscard]] QFuture<void> room() override { return m_room.next(); }

    /// The whole answer, or the end of it.
    void finish(const Result<Json> &result)
    {
        if (!m_stream)
            return m_exchange->respond(result
                                           ? http::Response::json(200, *result)
                                           : toResponse(statusOf(result.error()), result.error()));
        write(result
                  ? *result
                  : Json{{"error", result.error().text()}, {"status", statusOf(result.error())}});
        m_stream->end();
    }

private:
    const http::ExchangePtr m_exchange;
    const std::stop_source m_stop;
    std::optional<http::SseStream> m_stream;
    Bell m_room;
    QMetaObject::Connection m_drained;
};

} // namespace

/// Of an answer in pieces. The log is listened to only while there is one.
class LocalCommands::Place
{
public:
    explicit Place(LocalCommands &owner)
        : m_owner(owner)
    {
        if (m_owner.m_streams++ == 0 && LogBook::current())
            connect(LogBook::current(), &LogBook::recorded, &m_owner.m_logged, &Throttle::request,
                    Qt::QueuedConnection);
    }
    ~Place()
    {
        if (--m_owner.m_streams == 0 && LogBook::current())
            LogBook::current()->disconnect(&m_owner.m_logged);
    }
    Q_DISABLE_COPY_MOVE(Place)

private:
    LocalCommands &m_owner;
};

LocalCommands::LocalCommands(LocalDesk desk, QObject *parent)
    : QObject(parent)
    , m_desk(std::move(desk))
    , m_logged(kLogIntervalMs)
{
    connect(&m_logged, &Throttle::due, this, [this] { m_desk.newLogs.ring(); });
}

LocalCommands::~LocalCommands() = default;

void LocalCommands::install(http::HttpServer &server)
{
    server.route(kPath, [self = QPointer(this)](const http::RequestPtr &request,
                                                const http::ExchangePtr &exchange) {
        if (!self || !request->peer.isLocal())
            return exchange->respond(oauth::oautherror::notFound().toResponse());
        if (request->method != http::Method::Post)
            return exchange->respond(oauth::oautherror::wrongMethod("POST").toResponse());
        self->m_tasks.run(self->answer(request, exchange));
    });
}

Task<> LocalCommands::answer(http::RequestPtr request, http::ExchangePtr exchange)
{
    // From the beginning: a terminal may go away at any moment. Copies ask, since who is stopped
    // may let go of the original.
    const std::stop_source stop;
    const std::stop_callback whenStopped(m_tasks.token(),
                                         [stop] { std::stop_source(stop).request_stop(); });
    QObject::connect(exchange.get(), &http::Exchange::closed, exchange.get(),
                     [stop] { std::stop_source(stop).request_stop(); });
    const auto looking = http::findPeerProcess(request->peer);
    const auto looked = co_await waitFor(looking, stop.get_token());
    if (stop.stop_requested() || !exchange->isOpen())
        co_return;
    const auto program = looked.value_or(std::nullopt);
    if (!program || !http::isFlaredeck(*program)) {
        exchange->respond(
            toResponse(403, {Error::Kind::Denied,
                             u"Only Flaredeck's own programs may give commands here."_s}));
        co_return;
    }
    const qsizetype end = request->body.indexOf('\n');
    Secret input(end < 0 ? QByteArray() : request->body.mid(end + 1));
    QStringList words;
    if (const auto body = json::parse(end < 0 ? request->body : request->body.left(end));
        body && body->is_array()) {
        for (const Json &word : *body)
            words << json::toQString(word);
    }
    request.reset();
    if (const auto order = readOrder(words); !order) {
        exchange->respond(toResponse(400, order.error()));
        co_return;
    }

    EventLines lines(exchange, stop);
    lines.finish(co_await carryOut(std::move(words), std::move(input), &lines, stop.get_token()));
}

Task<Result<Json>> LocalCommands::carryOut(QStringList words, Secret input, LocalLines *lines,
                                           std::stop_token stop)
{
    Result<LocalOrder> order = readOrder(words);
    if (!order)
        co_return fail(order.error());
    const LocalVerb &verb = *findVerb(words);
    order->input = std::move(input);
    order->lines = lines;
    order->stop = std::move(stop);
    if (verb.pace != LocalVerb::Pace::Pieces && !order->follows)
        co_return co_await verb.carryOut(m_desk, *std::move(order));

    if (!lines || m_streams >= kMostStreams)
        co_return fail(Error::Kind::RateLimited,
                       u"%1 commands that go on are running already."_s.arg(m_streams),
                       u"End one of them with Ctrl-C."_s);
    const Place place(*this);
    co_return co_await verb.carryOut(m_desk, *std::move(order));
}

} // namespace flaredeck::service
