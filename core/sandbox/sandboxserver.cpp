#include "core/sandbox/sandboxserver.h"

#include "core/base/logging.h"
#include "core/http/peerprocess.h"
#include "core/sandbox/pages.h"
#include "core/sandbox/responses.h"

#include <QFutureInterface>
#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>

using namespace Qt::StringLiterals;

namespace flaredeck::sandbox {

namespace {

bool isNavigation(const QByteArray &path)
{
    return path == "/" || path == "/oauth2/auth";
}

http::Method methodOf(const QHttpServerRequest &request)
{
    using Asked = QHttpServerRequest::Method;
    switch (request.method()) {
    case Asked::Get:
        return http::Method::Get;
    case Asked::Head:
        return http::Method::Head;
    case Asked::Post:
        return http::Method::Post;
    case Asked::Put:
        return http::Method::Put;
    case Asked::Patch:
        return http::Method::Patch;
    case Asked::Delete:
        return http::Method::Delete;
    case Asked::Options:
        return http::Method::Options;
    default:
        return http::Method::Other;
    }
}

http::Request fromQt(const QHttpServerRequest &asked, quint16 port)
{
    http::Request request;
    request.method = methodOf(asked);
    request.path = asked.url().path(QUrl::FullyEncoded).toLatin1();
    request.query = asked.url().query(QUrl::FullyEncoded).toLatin1();
    request.body = asked.body();
    request.peer.localPort = port;
    for (const char *name : {"Host", "Origin", "Sec-Fetch-Mode", "Authorization", "Content-Type"}) {
        if (const QByteArray value = asked.value(name); !value.isEmpty())
            request.headers.append(name, value);
    }
    return request;
}

QHttpServerResponse toQt(const http::Response &response)
{
    QHttpServerResponse answer(response.headers.value("Content-Type"), response.body,
                               static_cast<QHttpServerResponse::StatusCode>(response.status));
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    QHttpHeaders headers = answer.headers();
#endif
    for (const auto &[name, value] : response.headers.lines()) {
        if (name == "Content-Type")
            continue;
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
        headers.append(name, value);
#else
        answer.addHeader(name, value);
#endif
    }
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    answer.setHeaders(std::move(headers));
#endif
    return answer;
}

} // namespace

/// Records on which connection a request came, because Qt's server has no API for this in all
/// supported versions.
class SandboxServer::Listener : public QTcpServer
{
public:
    /// While a route's handler runs: the connection of its request.
    [[nodiscard]] QTcpSocket *current() const { return m_current; }

protected:
    void incomingConnection(qintptr descriptor) override
    {
        auto socket = std::make_unique<QTcpSocket>(this);
        // All users of a computer share loopback.
        if (!socket->setSocketDescriptor(descriptor) ||
            http::peerOwner({socket->peerAddress(), socket->peerPort(), socket->localPort()}) ==
                http::PeerOwner::OtherUser)
            return;
        // Connected before Qt's server connects, which calls the handler from this signal.
        connect(socket.get(), &QTcpSocket::readyRead, this,
                [this, from = socket.get()] { m_current = from; });
        addPendingConnection(socket.release());
    }

private:
    QPointer<QTcpSocket> m_current;
};

SandboxServer::SandboxServer(const Sandbox::Options &options, const Clock &clock,
                             Collections collections)
    : m_tokens(clock, options.accessTokenSeconds, options.tokenFile)
    , m_login(m_tokens, clock, options.autoApprove)
    , m_tokenPage(m_tokens, clock)
    , m_tokenEndpoint(m_tokens)
    , m_api(m_tokens, clock, std::move(collections))
    , m_gate(nullptr, &isNavigation)
{
    using Request = http::Request;
    route(u"/"_s, {[](const Request &) { return pages::start(Sandbox::apiToken()); }});
    route(u"/oauth2/auth"_s, {[this](const Request &r) { return m_login.authorize(r); }});
    route(u"/oauth2/signin"_s, {[this](const Request &r) { return m_login.signIn(r); }});
    route(u"/oauth2/consent"_s, {[this](const Request &r) { return m_login.consent(r); }});
    route(u"/profile/api-tokens"_s, {[this](const Request &r) { return m_tokenPage.handle(r); }});
    route(u"/workers/prompt.txt"_s, {[](const Request &) { return pages::workersPrompt(); }});
    route(u"/sandbox/fault"_s, {[this](const Request &r) { return changeFault(r); }});
    const auto refuseTokens = [](const Fault &fault, const Request &) {
        return TokenEndpoint::refuse(fault);
    };
    route(u"/oauth2/token"_s, {[this](const Request &r) { return m_tokenEndpoint.token(r); },
                               Fault::At::Token, refuseTokens});
    route(u"/oauth2/revoke"_s, {[this](const Request &r) { return m_tokenEndpoint.revoke(r); },
                                Fault::At::Revoke, refuseTokens});
    routeBelow(u"/client/v4/"_s,
               {[this](const Request &r) { return m_api.handle(r); }, Fault::At::Api,
                [this](const Fault &fault, const Request &r) { return refuseApi(fault, r); }});
    routeBelow(u"/sites/"_s, {[this](const Request &r) { return m_api.site(r); }});
    routeBelow(u"/"_s, {[](const Request &) { return envelope::noRoute(); }});
}

SandboxServer::~SandboxServer() = default;

Result<quint16> SandboxServer::listen(quint16 port)
{
    auto listener = std::make_unique<Listener>();
    if (!listener->listen(QHostAddress::LocalHost, port))
        return fail(Error::Kind::Denied,
                    u"The sandbox cannot listen on port %1: %2."_s.arg(QString::number(port),
                                                                       listener->errorString()),
                    u"Choose another port."_s);
    m_listener = listener.get();
    m_server.bind(listener.release());
    return m_listener->serverPort();
}

// Newer versions of Qt move the function out of the route at its first call, so it captures only
// pointers.
void SandboxServer::route(const QString &path, Place place)
{
    m_server.route(path, [this, kept = &m_places.emplace_back(std::move(place))](
                             const QHttpServerRequest &request) { return answer(*kept, request); });
}

void SandboxServer::routeBelow(const QString &path, Place place)
{
    m_server.route(path, [this, kept = &m_places.emplace_back(std::move(place))](
                             const QUrl &, const QHttpServerRequest &request) {
        return answer(*kept, request);
    });
}

QFuture<QHttpServerResponse> SandboxServer::answer(const Place &place,
                                                   const QHttpServerRequest &asked)
{
    // Not a QPromise: in Qt 6.4, finishing one whose result was taken delivers the result again.
    QFutureInterface<QHttpServerResponse> promise;
    promise.reportStarted();
    QFuture<QHttpServerResponse> future = promise.future();
    auto respond = [promise](const http::Response &response) mutable {
        promise.reportResult(toQt(response));
        promise.reportFinished();
    };

    const http::Request request = fromQt(asked, m_listener->serverPort());
    if (const auto refused = m_gate.check(request)) {
        respond(*refused);
        return future;
    }
    const Fault fault = place.at ? m_faults.take(*place.at) : Fault{};
    switch (fault.kind) {
    case Fault::Kind::None:
        respond(place.handler(request));
        break;
    case Fault::Kind::Slow: {
        auto *timer = new QTimer(&m_late);
        connect(timer, &QTimer::timeout, timer, &QObject::deleteLater);
        connect(timer, &QTimer::timeout, timer,
                [respond, request, handler = place.handler,
                 socket = QPointer<QTcpSocket>(m_listener->current())]() mutable {
                    // Qt 6.4 would answer on a closed connection.
                    if (socket && socket->state() == QAbstractSocket::ConnectedState)
                        respond(handler(request));
                });
        timer->setSingleShot(true);
        timer->setTimerType(Qt::PreciseTimer); // never early
        timer->start(fault.delayMs);
        break;
    }
    case Fault::Kind::ConnectionCut:
        if (QTcpSocket *socket = m_listener->current())
            socket->abort();
        break; // no answer is ever sent
    case Fault::Kind::ServerError:
    case Fault::Kind::RateLimited:
    case Fault::Kind::TokenExpired:
        respond(place.refuse(fault, request));
        break;
    }
    return future;
}

http::Response SandboxServer::refuseApi(const Fault &fault, const http::Request &request)
{
    if (fault.kind == Fault::Kind::RateLimited)
        return envelope::rateLimited(fault.retryAfterSeconds);
    if (fault.kind == Fault::Kind::ServerError)
        return envelope::serverError();
    m_tokens.expire(SandboxApi::bearerOf(request));
    return envelope::unauthenticated();
}

http::Response SandboxServer::changeFault(const http::Request &request)
{
    if (request.method != http::Method::Post)
        return envelope::wrongMethod();
    const Result<Json> body = json::parse(request.body);
    if (!body)
        return envelope::badRequest(body.error().message);
    const Result<Fault> fault = Faults::parse(*body);
    if (!fault)
        return envelope::badRequest(fault.error().message);
    m_faults.set(*fault);
    qCInfo(lcSandbox) << "A fault was set over HTTP";
    return envelope::success(Json::object());
}

} // namespace flaredeck::sandbox
