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
    , m_server({}, std::make_unique<http::HostGate>(nullptr, &isNavigation))
{
    using Server = SandboxServer;
    using Request = http::Request;
    route("/", [](Server &, const Request &) { return pages::start(Sandbox::apiToken()); });
    route("/oauth2/auth", [](Server &s, const Request &r) { return s.m_login.authorize(r); });
    route("/oauth2/signin", [](Server &s, const Request &r) { return s.m_login.signIn(r); });
    route("/oauth2/consent", [](Server &s, const Request &r) { return s.m_login.consent(r); });
    route("/oauth2/token", [](Server &s, const Request &r) { return s.m_tokenEndpoint.token(r); });
    route("/oauth2/revoke",
          [](Server &s, const Request &r) { return s.m_tokenEndpoint.revoke(r); });
    route("/workers/prompt.txt", [](Server &, const Request &) { return pages::workersPrompt(); });
    route("/sandbox/fault", [](Server &s, const Request &r) { return s.changeFault(r); });
    m_server.routePrefix("/client/v4/", [this](const auto &request, const auto &exchange) {
        answerApi(request, exchange);
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

void SandboxServer::answerApi(const http::RequestPtr &request, const http::ExchangePtr &exchange)
{
    const Fault fault = m_faults.take();
    switch (fault.kind) {
    case Fault::Kind::None:
        exchange->respond(m_api.handle(*request));
        return;
    case Fault::Kind::Slow:
        QTimer::singleShot(fault.delayMs, this, [this, request, exchange] {
            if (exchange->isOpen())
                exchange->respond(m_api.handle(*request));
        });
        return;
    case Fault::Kind::ServerError:
        exchange->respond(envelope::serverError());
        return;
    case Fault::Kind::RateLimited:
        exchange->respond(envelope::rateLimited(fault.retryAfterSeconds));
        return;
    case Fault::Kind::TokenExpired:
        m_tokens.expire(SandboxApi::bearerOf(*request));
        exchange->respond(envelope::unauthenticated());
        return;
    case Fault::Kind::ConnectionCut:
        exchange->abort();
        return;
    }
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
