#include "core/oauth/endpoints/oauthendpoints.h"

#include "core/base/waiting.h"
#include "core/http/peerprocess.h"
#include "core/oauth/clients/clientdocument.h"
#include "core/oauth/clients/redirecturi.h"
#include "core/oauth/endpoints/mediatype.h"
#include "core/oauth/endpoints/metadata.h"
#include "core/oauth/endpoints/resource.h"

namespace flaredeck::oauth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype kMaxQueryBytes = 8LL * 1024;
const QByteArray kFlowPrefix = QByteArrayLiteral("/authorize/flow/");

bool isRead(const http::Request &request)
{
    return request.method == http::Method::Get || request.method == http::Method::Head;
}

/// `text/html` and whatever a plain client sends for "anything".
bool admitsHtml(const QByteArray &accept)
{
    return accept.isEmpty() || accept.contains("text/html") || accept.contains("*/*") ||
           accept.contains("text/*") || accept.contains("application/xhtml");
}

/// A client may check its registration before it opens a browser; that must not start anything.
bool isPreflight(const http::Request &request)
{
    const QByteArray accept = request.headers.value("Accept").toLower();
    return request.method == http::Method::Head || !admitsHtml(accept);
}

http::Response answerPreflight(const tl::expected<AuthorizeRequest, AuthorizeRefusal> &parsed)
{
    if (parsed && parsed->client.isBlocked())
        return OAuthError{403, "access_denied", u"This client is blocked in Flaredeck."_s}
            .toResponse();
    if (parsed)
        return http::Response::json(200, Json::object(), oautherror::noStore());
    const AuthorizeRefusal &refusal = parsed.error();
    return OAuthError{refusal.code == "invalid_client" ? 401 : 400, refusal.code,
                      refusal.description}
        .toResponse();
}

http::Response answerRefusal(const AuthorizeRefusal &refusal, const QByteArray &issuer)
{
    if (refusal.redirectUri.isEmpty())
        return flowpages::message(400, u"This request cannot go on"_s,
                                  refusal.description + u" ("_s +
                                      QString::fromLatin1(refusal.code) + u')');
    return flowpages::redirect(errorRedirect(refusal, issuer));
}

/// The client_id when it is the URL of a document, otherwise empty.
QString documentUrl(const QByteArray &parameters)
{
    const auto form = http::Form::parse(parameters);
    const QString id = form.value("client_id").value_or(QString());
    return clientdocument::isUrl(id) && !form.repeated().contains("client_id") ? id : QString();
}

/// How the client gets in without its document, in the words of Settings.
QString otherWay(const Error &error, const metadata::Options &options)
{
    if (!options.acceptsDocuments || error.kind == Error::Kind::RateLimited)
        return {};
    if (!options.opensRegistration)
        return u" If that does not help, let clients register themselves, under Settings in "
               "Flaredeck, and start the sign-in in the client again."_s;
    if (error.kind == Error::Kind::InvalidInput)
        return u" Until then the client may be able to register itself: under Settings in "
               "Flaredeck, switch off that it accepts clients that a web site describes, and "
               "start the sign-in in the client again."_s;
    return u" If that does not help, end the sign-in in the client and start it again: while web "
           "sites cannot be reached, Flaredeck lets clients register themselves instead."_s;
}

http::Response answerNoDocument(const Error &error, const metadata::Options &options,
                                bool toProgram)
{
    OAuthError refusal = oautherror::from(error);
    if (error.kind == Error::Kind::InvalidInput || error.kind == Error::Kind::Denied)
        refusal = {401, "invalid_client", error.text()};
    if (toProgram)
        return refusal.toResponse();
    return flowpages::message(refusal.status == 401 ? 400 : refusal.status,
                              u"This request cannot go on"_s,
                              error.text() + otherWay(error, options) + u" ("_s +
                                  QString::fromLatin1(refusal.code) + u')');
}

} // namespace

OAuthEndpoints::OAuthEndpoints(store::AuditTrail &audit, ClientRegistry &clients,
                               DocumentClients &documents, Flows &flows, QObject *parent)
    : QObject(parent)
    , m_audit(audit)
    , m_clients(clients)
    , m_documents(documents)
    , m_flows(flows)
{
}

void OAuthEndpoints::setOptions(const metadata::Options &options)
{
    m_options = options;
    m_documents.setAccepting(options.acceptsDocuments);
}

metadata::Options OAuthEndpoints::offered() const
{
    metadata::Options options = m_options;
    // Where documents are the only way, nothing is won by taking back the promise.
    if (options.acceptsDocuments && options.opensRegistration)
        options.acceptsDocuments = m_documents.areReachable();
    return options;
}

void OAuthEndpoints::install(http::HttpServer &server)
{
    server.routePrefix("/.well-known/",
                       [this](const http::RequestPtr &request, const http::ExchangePtr &exchange) {
                           exchange->respond(metadata::answer(*request, offered()));
                       });
    installEndpoints(server);

    for (const char *path : {"/authorize", "/oauth/authorize"}) {
        server.route(path,
                     [this](const http::RequestPtr &request, const http::ExchangePtr &exchange) {
                         m_tasks.run(authorize(request, exchange));
                     });
    }
    server.routePrefix(kFlowPrefix,
                       [this](const http::RequestPtr &request, const http::ExchangePtr &exchange) {
                           answerFlow(*request, exchange);
                       });
}

void OAuthEndpoints::installEndpoints(http::HttpServer &server)
{
    // Clients also look below the endpoint; without an answer of ours these paths would reach the
    // bearer check and look like a login request.
    for (const QByteArray &endpoint : resource::endpoints()) {
        if (m_installed.contains(endpoint))
            continue;
        m_installed.insert(endpoint);
        server.routePrefix(endpoint + "/.well-known/", [this](const http::RequestPtr &request,
                                                              const http::ExchangePtr &exchange) {
            exchange->respond(metadata::answer(*request, offered()));
        });
    }
}

Task<> OAuthEndpoints::authorize(http::RequestPtr request, http::ExchangePtr exchange)
{
    const bool isPost = request->method == http::Method::Post;
    if (!isRead(*request) && !isPost) {
        exchange->respond(oautherror::wrongMethod("GET, HEAD, POST").toResponse());
        co_return;
    }
    // A frame or a script may not start a sign-in behind a person's back.
    const QByteArray destination = request->headers.value("Sec-Fetch-Dest");
    if (!destination.isEmpty() && destination != "document") {
        m_audit.note({.kind = store::AuditKind::Blocked,
                      .outcome = u"A page tried to start a sign-in without a tab of its own"_s});
        exchange->respond(
            flowpages::message(403, u"Not here"_s, u"This page only opens in a tab of its own."_s));
        co_return;
    }
    if (isPost && !hasMediaType(*request, "application/x-www-form-urlencoded")) {
        exchange->respond(
            OAuthError{400, "invalid_request", u"Send the parameters as a form."_s}.toResponse());
        co_return;
    }
    const QByteArray &parameters = isPost ? request->body : request->query;
    if (parameters.size() > kMaxQueryBytes) {
        exchange->respond(
            OAuthError{414, "invalid_request", u"The parameters are longer than 8 KiB."_s}
                .toResponse());
        co_return;
    }

    const QString url = documentUrl(parameters);
    const auto client = url.isEmpty() ? std::nullopt : m_clients.find({url});
    const bool isBlocked = client && client->isBlocked(); // nothing is fetched for it
    if (!url.isEmpty() && !isBlocked) {
        const auto asker = co_await waitFor(http::findPeerProcess(request->peer), m_tasks.token());
        if (!asker)
            co_return;
        const auto known =
            co_await m_documents.ensure(url, request->peer.localPort, *asker, m_tasks.token());
        if (m_tasks.isStopped())
            co_return;
        if (!known) {
            exchange->respond(answerNoDocument(known.error(), m_options, isPreflight(*request)));
            co_return;
        }
    }
    answerAuthorize(request, parameters, exchange);
}

void OAuthEndpoints::answerAuthorize(const http::RequestPtr &shared, const QByteArray &parameters,
                                     const http::ExchangePtr &exchange)
{
    const http::Request &request = *shared;
    const QByteArray issuer = request.origin();
    const auto parsed =
        parseAuthorizeRequest(parameters, issuer, request.peer.localPort,
                              [this](const ClientId &id) { return m_clients.find(id); });
    if (isPreflight(request)) {
        exchange->respond(answerPreflight(parsed));
        return;
    }
    if (!parsed) {
        exchange->respond(answerRefusal(parsed.error(), issuer));
        return;
    }
    m_tasks.run(openFlow(*parsed, shared, exchange));
}

Task<> OAuthEndpoints::openFlow(AuthorizeRequest request, http::RequestPtr sent,
                                http::ExchangePtr exchange)
{
    QList<http::PeerProcess> listeners;
    if (const quint16 port = redirecturi::loopbackPort(request.redirectUri); port > 0)
        listeners = (co_await waitFor(http::findListeners(port), m_tasks.token()))
                        .value_or(QList<http::PeerProcess>());
    const auto asker = co_await waitFor(http::findPeerProcess(sent->peer), m_tasks.token());
    if (!asker)
        co_return;
    request.requester = Requester::identify(*asker, listeners, sent->headers);
    // The client may have been removed meanwhile.
    const auto client = m_clients.find(request.client.id);
    if (!client) {
        exchange->respond(answerRefusal(
            AuthorizeRefusal{"invalid_client", u"This client is not registered here."_s, {}, {}},
            request.issuer));
        co_return;
    }
    request.client.blockedAt = client->blockedAt;
    const auto tab = m_flows.open(request, listeners);
    if (tab)
        (*tab)->answerPage(exchange, sent->headers.value("Accept").contains("text/html"));
    else
        exchange->respond(answerRefusal(tab.error(), request.issuer));
}

void OAuthEndpoints::answerFlow(const http::Request &request, const http::ExchangePtr &exchange)
{
    if (!isRead(request)) {
        exchange->respond(oautherror::wrongMethod("GET, HEAD").toResponse());
        return;
    }
    const QByteArray rest = request.path.mid(kFlowPrefix.size());
    const auto slash = rest.indexOf('/');
    const QByteArray handle = slash < 0 ? rest : rest.left(slash);
    const QByteArray part = slash < 0 ? QByteArray() : rest.mid(slash + 1);
    FlowTab *const tab = m_flows.find(handle);
    const bool isThere = tab && !tab->flow().hasEnded(Flow::Over::End::CodeTaken);
    const bool isStatus = part == "status";

    if (!isThere || !(part.isEmpty() || part == "cancel" || isStatus)) {
        exchange->respond(isStatus ? oautherror::notFound().toResponse()
                                   : flowpages::message(404, u"This request has ended"_s,
                                                        u"You can close this tab."_s));
        return;
    }
    if (request.method == http::Method::Head) {
        exchange->respond(http::Response::empty(200, oautherror::noStore()));
        return;
    }
    if (isStatus) {
        tab->answerStatus(
            exchange,
            http::Form::parse(request.query).value("seen").value_or(QString()).toLatin1());
        return;
    }
    if (part == "cancel")
        m_flows.cancel(handle, u"The request was cancelled in the browser."_s);
    else
        tab->flow().returnedFromSignIn();
    tab->answerPage(exchange, request.headers.value("Accept").contains("text/html"));
}

} // namespace flaredeck::oauth
