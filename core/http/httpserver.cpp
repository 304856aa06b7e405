#include "core/http/httpserver.h"

#include "core/base/logging.h"
#include "core/http/connectionguard.h"
#include "core/http/guardedsocket.h"
#include "core/http/listener.h"
#include "core/http/peerprocess.h"
#include "core/http/qthttpbackend.h"
#include "core/http/socketexchange.h"

#include <QCoreApplication>
#include <QHash>
#include <QPointer>

#include <algorithm>
#include <exception>

namespace flaredeck::http {

using namespace Qt::StringLiterals;

namespace {

constexpr int kFreePortTries = 32;

enum class Outcome { Listening, Busy, Unavailable };

Outcome outcomeOf(const QTcpServer &server)
{
    if (server.isListening())
        return Outcome::Listening;
    return server.serverError() == QAbstractSocket::AddressInUseError ? Outcome::Busy
                                                                      : Outcome::Unavailable;
}

Error busyPort(quint16 port)
{
    const auto holder = listenerNow(port);
    if (holder && holder->pid != QCoreApplication::applicationPid() &&
        holder->executable == QCoreApplication::applicationFilePath())
        return {Error::Kind::Denied,
                u"Another Flaredeck has port %1 (process %2), with a data directory of its own, "
                "such as the sandbox's."_s.arg(QString::number(port), QString::number(holder->pid)),
                u"Quit that one, or choose another port for this one."_s};
    const QString message =
        holder ? u"Port %1 is in use by %2 (process %3)."_s.arg(
                     QString::number(port), holder->name(), QString::number(holder->pid))
               : u"Port %1 is in use by another program."_s.arg(port);
    return {Error::Kind::Denied, message, u"End that program, or choose another port."_s};
}

} // namespace

class HttpServer::Private
{
public:
    Private(const Limits &limits, std::unique_ptr<HostGate> hostGate)
        : gate(hostGate ? std::move(hostGate) : std::make_unique<HostGate>())
        , guard(limits, *gate, [this](const QByteArray &path) { return admissionOf(path); })
        , backend(QtHttpBackend::create(guard, [this](GuardedSocket &socket) { serve(socket); }))
    {
    }

    void serve(GuardedSocket &socket) const;
    [[nodiscard]] const Handler *handlerFor(const QByteArray &path) const;
    [[nodiscard]] const Admission *admissionOf(const QByteArray &path) const;
    Outcome listen(quint16 wanted, QString &error);

    const std::unique_ptr<HostGate> gate;
    ConnectionGuard guard;
    std::unique_ptr<QtHttpBackend> backend;
    QList<QPointer<QTcpServer>> listeners;
    quint16 port = 0;

    QHash<QByteArray, Handler> exact;
    QHash<QByteArray, Admission> admissions;
    QList<std::pair<QByteArray, Handler>> prefixes; ///< longest first
    Handler fallback;
};

const HttpServer::Handler *HttpServer::Private::handlerFor(const QByteArray &path) const
{
    if (const auto found = exact.constFind(path); found != exact.cend())
        return &*found;
    const auto found = std::find_if(prefixes.cbegin(), prefixes.cend(), [&path](const auto &row) {
        return path.startsWith(row.first);
    });
    return found == prefixes.cend() ? &fallback : &found->second;
}

const Admission *HttpServer::Private::admissionOf(const QByteArray &path) const
{
    const auto found = admissions.constFind(path);
    return found == admissions.cend() ? nullptr : &*found;
}

void HttpServer::Private::serve(GuardedSocket &socket) const
{
    const auto exchange = std::make_shared<SocketExchange>(socket);
    const auto request = std::make_shared<const Request>(socket.takeRequest());
    socket.setExchange(exchange);

    if (request->method == Method::Other) {
        exchange->respond(
            Response::error(501, "invalid_request", "This server does not know the method."));
        return;
    }
    try {
        (*handlerFor(request->path))(request, exchange);
    } catch (const std::exception &error) {
        qCCritical(lcHttp, "The handler of %s failed: %s", request->path.constData(), error.what());
        exchange->respond(
            Response::error(500, "server_error", "The server failed to handle this request."));
    }
}

Outcome HttpServer::Private::listen(quint16 wanted, QString &error)
{
    auto v4 = std::make_unique<Listener>(guard);
    v4->listen(QHostAddress::LocalHost, wanted);
    if (const Outcome outcome = outcomeOf(*v4); outcome != Outcome::Listening) {
        error = v4->errorString();
        return outcome;
    }
    // A machine without IPv6 gives another error than "in use", and is fine.
    auto v6 = std::make_unique<Listener>(guard);
    v6->listen(QHostAddress::LocalHostIPv6, v4->serverPort());
    if (outcomeOf(*v6) == Outcome::Busy)
        return Outcome::Busy;

    port = v4->serverPort();
    listeners.append(v4.get());
    backend->serve(std::move(v4));
    if (v6->isListening()) {
        listeners.append(v6.get());
        backend->serve(std::move(v6));
    }
    return Outcome::Listening;
}

HttpServer::HttpServer(Limits limits, std::unique_ptr<HostGate> gate, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(limits, std::move(gate)))
{
    d->fallback = [](const RequestPtr &, const ExchangePtr &exchange) {
        exchange->respond(Response::error(404, "not_found", "There is nothing at this address."));
    };
}

void HttpServer::setAllowedOrigins(const QList<QByteArray> &origins)
{
    d->gate->setAllowedOrigins(origins);
}

HttpServer::~HttpServer() = default;

Result<quint16> HttpServer::listen(quint16 port)
{
    close();
    QString error;
    Outcome outcome = d->listen(port, error);
    for (int tries = 1; port == 0 && outcome == Outcome::Busy && tries < kFreePortTries; ++tries)
        outcome = d->listen(port, error);
    switch (outcome) {
    case Outcome::Listening:
        qCInfo(lcHttp, "Listening on port %d.", d->port);
        return d->port;
    case Outcome::Busy:
        return fail(busyPort(port));
    case Outcome::Unavailable:
        break;
    }
    return fail(Error::Kind::Denied,
                u"Port %1 could not be opened: %2."_s.arg(QString::number(port), error),
                u"Choose another port."_s);
}

void HttpServer::close()
{
    for (const QPointer<QTcpServer> &listener : std::as_const(d->listeners)) {
        if (listener)
            listener->close();
    }
    d->listeners.clear();
    d->port = 0;
    d->guard.closeAll();
}

quint16 HttpServer::port() const
{
    return d->port;
}

void HttpServer::route(const QByteArray &path, Handler handler, Admission admission)
{
    d->exact.emplace(path, std::move(handler));
    if (admission)
        d->admissions.insert(path, std::move(admission));
}

void HttpServer::routePrefix(const QByteArray &prefix, Handler handler)
{
    d->prefixes.append({prefix, std::move(handler)});
    std::stable_sort(d->prefixes.begin(), d->prefixes.end(),
                     [](const auto &a, const auto &b) { return a.first.size() > b.first.size(); });
}

void HttpServer::setFallback(Handler handler)
{
    d->fallback = std::move(handler);
}

int HttpServer::connectionCount() const
{
    return d->guard.count();
}

} // namespace flaredeck::http
