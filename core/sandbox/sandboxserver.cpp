#include "core/sandbox/sandboxserver.h"

#include "core/base/logging.h"
#include "core/sandbox/envelope.h"
#include "core/sandbox/pages.h"

#include <QTimer>

using namespace Qt::StringLiterals;

namespace flaredeck::sandbox {

namespace {

bool isNavigation(const QByteArray &path)
{
    return path == "/" || path == "/oauth2/auth";
}

} // namespace

SandboxServer::SandboxServer(const Sandbox::Options &options, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_tokens(clock, options.accessTokenSeconds, options.tokenFile)
    , m_login(m_tokens, clock, options.autoApprove)
    , m_tokenEndpoint(m_tokens)
    , m_api(m_tokens, clock)
    // Worker scripts are uploaded to it.
    , m_server({.maxOpenBodyBytes = http::Limits{}.maxBodyBytes},
               std::make_unique<http::HostGate>(nullptr, &isNavigation))
{
    using Server = SandboxServer;
    using Request = http::Request;
    route("/", [](Server &, const Request &) { return pages::start(Sandbox::apiToken()); });
    route("/oauth2/auth", [](Server &s, const Request &r) { return s.m_login.authorize(r); });
    route("/oauth2/signin", [](Server &s, const Request &r) { return s.m_login.signIn(r); });
    route("/oauth2/consent", [](Server &s, const Request &r) { return s.m_login.consent(r); });
    route("/workers/prompt.txt", [](Server &, const Request &) { return pages::workersPrompt(); });
    route("/sandbox/fault", [](Server &s, const Request &r) { return s.changeFault(r); });
    const auto refuseTokens = [](Server &, const Fault &fault, const Request &) {
        return TokenEndpoint::refuse(fault);
    };
    m_server.route("/oauth2/token", [=, this](const auto &request, const auto &exchange) {
        answer(
            Fault::At::Token,
            [](Server &s, const Request &r) { return s.m_tokenEndpoint.token(r); }, refuseTokens,
            request, exchange);
    });
    m_server.route("/oauth2/revoke", [=, this](const auto &request, const auto &exchange) {
        answer(
            Fault::At::Revoke,
            [](Server &s, const Request &r) { return s.m_tokenEndpoint.revoke(r); }, refuseTokens,
            request, exchange);
    });
    m_server.routePrefix("/client/v4/", [this](const auto &request, const auto &exchange) {
        answer(
            Fault::At::Api, [](Server &s, const Request &r) { return s.m_api.handle(r); },
            &SandboxServer::refuseApi, request, exchange);
    });
    m_server.setFallback(
        [](const auto &, const auto &exchange) { exchange->respond(envelope::noRoute()); });
}

Result<quint16> SandboxServer::listen(quint16 port)
{
    return m_server.listen(port);
}

void SandboxServer::route(const QByteArray &path, Handler handler)
{
    m_server.route(path, [this, handler](const auto &request, const auto &exchange) {
        exchange->respond(handler(*this, *request));
    });
}

void SandboxServer::answer(Fault::At at, Handler handler, Refusal refuse,
                           const http::RequestPtr &request, const http::ExchangePtr &exchange)
{
    const Fault fault = m_faults.take(at);
    switch (fault.kind) {
    case Fault::Kind::None:
        exchange->respond(handler(*this, *request));
        return;
    case Fault::Kind::Slow:
        QTimer::singleShot(fault.delayMs, this, [this, handler, request, exchange] {
            if (exchange->isOpen())
                exchange->respond(handler(*this, *request));
        });
        return;
    case Fault::Kind::ConnectionCut:
        exchange->abort();
        return;
    case Fault::Kind::ServerError:
    case Fault::Kind::RateLimited:
    case Fault::Kind::TokenExpired:
        exchange->respond(refuse(*this, fault, *request));
        return;
    }
}

http::Response SandboxServer::refuseApi(SandboxServer &server, const Fault &fault,
                                        const http::Request &request)
{
    if (fault.kind == Fault::Kind::RateLimited)
        return envelope::rateLimited(fault.retryAfterSeconds);
    if (fault.kind == Fault::Kind::ServerError)
        return envelope::serverError();
    server.m_tokens.expire(SandboxApi::bearerOf(request));
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
