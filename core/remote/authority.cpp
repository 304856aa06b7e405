#include "core/remote/authority.h"

#include "core/base/logging.h"
#include "core/http/headernames.h"
#include "core/remote/wire.h"

#include <QTimer>

#include <algorithm>

namespace flaredeck::remote {

using namespace Qt::StringLiterals;

namespace {

const QString kResourceDocument = u"/.well-known/oauth-protected-resource"_s;
const QString kServerDocument = u"/.well-known/oauth-authorization-server"_s;
const QString kOpenIdDocument = u"/.well-known/openid-configuration"_s;
const QString kOfflineScope = u"offline_access"_s;

QUrl originOf(const QUrl &url)
{
    return url.adjusted(QUrl::RemovePath | QUrl::RemoveQuery | QUrl::RemoveFragment |
                        QUrl::RemoveUserInfo);
}

QString originText(const QUrl &url)
{
    return originOf(url).toString(QUrl::FullyEncoded);
}

/// RFC 8414 §3.1 and RFC 9728 §3.1: between host and path.
QUrl inserted(const QUrl &identifier, const QString &document)
{
    QUrl url = identifier;
    const QString path = identifier.path(QUrl::FullyEncoded);
    url.setPath(document + (path == "/"_L1 ? QString() : path), QUrl::StrictMode);
    return url;
}

QUrl atRoot(const QUrl &identifier, const QString &document)
{
    QUrl url = originOf(identifier);
    url.setPath(document);
    return url;
}

Error broken(const Server &server, const QString &what)
{
    return {Error::Kind::Denied,
            u"The sign-in to %1 is not set up correctly: %2"_s.arg(server.title, what),
            u"Whoever runs the server has to correct it."_s};
}

QUrl urlAt(const Json &document, const char *key)
{
    const QString text = json::stringAt(document, key).value_or(QString());
    return text.isEmpty() ? QUrl() : QUrl(text, QUrl::StrictMode);
}

/// Whether tokens for `resource` are tokens for the server. A server of the provider's names itself
/// exactly; others often name what they are a part of, at the same origin.
bool covers(const QString &resource, const Server &server)
{
    if (resource == server.url.toString(QUrl::FullyEncoded))
        return true;
    if (server.isKnown)
        return false;
    const QUrl url(resource, QUrl::StrictMode);
    if (!url.isValid() || url.hasQuery() || url.hasFragment() || !isSameOrigin(url, server.url))
        return false;
    QString part = url.path(QUrl::FullyEncoded);
    if (!part.endsWith(u'/'))
        part += u'/';
    return QString(server.url.path(QUrl::FullyEncoded) + u'/').startsWith(part);
}

/// A document, or nothing where there is none.
using Document = std::optional<Json>;

Task<Result<Document>> fetch(const Reach *reach, Server server, QUrl url, std::stop_token stop)
{
    http::ClientRequest request;
    request.url = url;
    request.headers = http::Headers{{"Accept", "application/json"}};
    request.timeoutMs = Reach::kTimeoutMs;
    auto asking = reach->send(server, std::move(request), std::move(stop));
    const Result<http::ClientResponse> response = co_await asking;
    if (!response)
        co_return fail(response.error());
    if (response->status >= 500 && response->status != 502) {
        co_return fail(
            Error::Kind::Upstream,
            u"%1 has a problem (status %2)."_s.arg(url.host(), QString::number(response->status)),
            u"Try again later."_s);
    }
    if (response->status != 200)
        co_return Document();
    const Result<Json> document = json::parse(response->body);
    if (!document || !document->is_object()) // a site that answers everything with a page
        co_return Document();
    co_return Document(*document);
}

/// What a first message is answered with.
struct Heard {
    int status = 0;
    http::Headers headers;
};

/// Says hello as an MCP client does, and waits for the head of the answer only: it may be a stream.
Task<Result<Heard>> hello(const Reach *reach, Server server, QByteArray token, std::stop_token stop)
{
    http::ClientRequest request;
    request.method = "POST";
    request.url = server.url;
    request.timeoutMs = Reach::kTimeoutMs;
    request.headers = http::Headers{{"Content-Type", "application/json"},
                                    {"Accept", "application/json, text/event-stream"}};
    if (!token.isEmpty())
        request.headers.append("Authorization", "Bearer " + token);
    request.body = json::print({{"jsonrpc", "2.0"},
                                {"id", 1},
                                {"method", "initialize"},
                                {"params",
                                 {{"protocolVersion", "2025-11-25"},
                                  {"capabilities", Json::object()},
                                  {"clientInfo", wire::clientInfo()}}}});
    const auto heard = std::make_shared<Heard>();
    const auto enough = std::make_shared<std::stop_source>();
    request.sink = [heard, enough](const http::ClientResponse &head, const QByteArray &) {
        if (heard->status != 0)
            return;
        heard->status = head.status;
        heard->headers = head.headers;
        QTimer::singleShot(0, [enough] { enough->request_stop(); });
    };
    const std::stop_callback onStop(stop, [enough] {
        const auto kept = enough; // this callback ends with the task that it stops
        kept->request_stop();
    });
    auto asking = reach->send(server, std::move(request), enough->get_token());
    const Result<http::ClientResponse> response = co_await asking;
    if (stop.stop_requested())
        co_return fail(shuttingDown());
    if (heard->status == 0) {
        if (!response)
            co_return fail(response.error());
        heard->status = response->status;
        heard->headers = response->headers;
    }
    co_return Heard(*heard);
}

/// A session that a hello began.
Task<> leave(const Reach *reach, Server server, QByteArray token, QByteArray session,
             std::stop_token stop)
{
    if (session.isEmpty())
        co_return;
    http::ClientRequest request;
    request.method = "DELETE";
    request.url = server.url;
    request.timeoutMs = Reach::kTimeoutMs;
    request.headers.append(http::header::kSession.toByteArray(), session);
    if (!token.isEmpty())
        request.headers.append("Authorization", "Bearer " + token);
    auto asking = reach->send(server, std::move(request), std::move(stop));
    co_await asking;
}

bool isWelcome(int status)
{
    // 400: it would have liked another message, and missed no token.
    return (status >= 200 && status < 300) || status == 400;
}

Error notUnderstood(const Server &server, int status)
{
    if (status == 429 || status >= 500)
        return {Error::Kind::Upstream,
                u"%1 has a problem (status %2)."_s.arg(server.title, QString::number(status)),
                u"Try again later."_s};
    return {Error::Kind::Upstream,
            u"%1 answered in a way that is not MCP (status %2)."_s.arg(server.title,
                                                                       QString::number(status)),
            u"Check the server's address."_s};
}

struct ResourceDocument {
    QString resource;
    QString issuer;
    QStringList scopes;
};

Result<ResourceDocument> readResource(const Server &server, const Json &document)
{
    ResourceDocument read;
    read.resource = json::stringAt(document, "resource").value_or(QString());
    if (!covers(read.resource, server))
        return fail(broken(server, u"its metadata are about another server."_s));
    const QStringList issuers = json::stringsAt(document, "authorization_servers");
    if (issuers.isEmpty())
        return fail(broken(server, u"its metadata name nobody who signs people in."_s));
    read.issuer = issuers.first();
    read.scopes = json::stringsAt(document, "scopes_supported");
    return read;
}

/// The issuer's trailing slash is forgiven where the resource names it: a frequent slip that
/// cannot lead to anybody else.
bool isSameIssuer(const QString &named, const QString &own)
{
    return named == own || (named.endsWith(u'/') && named.chopped(1) == own);
}

Result<Authority> readAuthority(const Server &server, const QString &issuer, const Json &document)
{
    Authority found;
    found.issuer = json::stringAt(document, "issuer").value_or(QString());
    if (!isSameIssuer(issuer, found.issuer))
        return fail(broken(server, u"the metadata of %1 are another issuer's."_s.arg(issuer)));
    found.authorize = urlAt(document, "authorization_endpoint");
    found.token = urlAt(document, "token_endpoint");
    found.registration = urlAt(document, "registration_endpoint");
    found.revocation = urlAt(document, "revocation_endpoint");
    for (const QUrl *needed : {&found.authorize, &found.token}) {
        if (needed->isEmpty())
            return fail(broken(server, u"the metadata of %1 are incomplete."_s.arg(issuer)));
    }
    for (const QUrl *url :
         {&found.authorize, &found.token, &found.registration, &found.revocation}) {
        if (url->isEmpty())
            continue;
        if (const Result<> allowed = Reach::check(server, *url); !allowed)
            return fail(allowed.error());
    }
    // RFC 7636; MCP: without it a client must not go on.
    if (!json::stringsAt(document, "code_challenge_methods_supported").contains("S256"_L1))
        return fail(broken(server, u"%1 does not offer PKCE with S256."_s.arg(issuer)));
    found.authMethods = json::stringsAt(document, "token_endpoint_auth_methods_supported");
    found.sendsIssuer =
        json::boolAt(document, "authorization_response_iss_parameter_supported").value_or(false);
    found.renewsByScope = json::stringsAt(document, "scopes_supported").contains(kOfflineScope);
    return found;
}

/// Where the metadata of an issuer may be, the best place first.
QList<QUrl> placesOf(const QUrl &issuer)
{
    QList<QUrl> places{inserted(issuer, kServerDocument), inserted(issuer, kOpenIdDocument)};
    QString path = issuer.path(QUrl::FullyEncoded);
    if (!path.isEmpty() && path != "/"_L1) {
        if (path.endsWith(u'/'))
            path.chop(1);
        QUrl appended = issuer;
        appended.setPath(path + kOpenIdDocument, QUrl::StrictMode);
        places << appended;
    }
    return places;
}

/// MCP 2025-03-26 §2.3.3: what a server without metadata has.
Authority byDefault(const QUrl &origin)
{
    Authority authority;
    authority.issuer = originText(origin);
    authority.authorize = atRoot(origin, u"/authorize"_s);
    authority.token = atRoot(origin, u"/token"_s);
    authority.registration = atRoot(origin, u"/register"_s);
    return authority;
}

Task<Result<std::optional<Authority>>> authorityOf(const Reach *reach, Server server,
                                                   QString issuer, std::stop_token stop)
{
    const QUrl identifier(issuer, QUrl::StrictMode);
    if (const Result<> allowed = Reach::check(server, identifier); !allowed)
        co_return fail(allowed.error());
    const QList<QUrl> places = placesOf(identifier);
    for (const QUrl &place : places) {
        auto fetching = fetch(reach, server, place, stop);
        const Result<Document> document = co_await fetching;
        if (!document)
            co_return fail(document.error());
        if (!document->has_value())
            continue;
        const Result<Authority> read = readAuthority(server, issuer, **document);
        if (!read)
            co_return fail(read.error());
        // The browser goes there, and so nobody else looks where that is.
        auto looking = reach->address(server, read->authorize, stop);
        const Result<QHostAddress> address = co_await looking;
        if (!address)
            co_return fail(address.error());
        co_return std::optional<Authority>(*read);
    }
    co_return std::optional<Authority>();
}

Task<Result<std::optional<ResourceDocument>>> resourceOf(const Reach *reach, Server server,
                                                         Challenge challenge, std::stop_token stop)
{
    QList<QUrl> places;
    if (!challenge.resourceMetadata.isEmpty())
        places << challenge.resourceMetadata;
    for (const QUrl &place :
         {inserted(server.url, kResourceDocument), atRoot(server.url, kResourceDocument)}) {
        if (!places.contains(place))
            places << place;
    }
    for (const QUrl &place : std::as_const(places)) {
        auto fetching = fetch(reach, server, place, stop);
        const Result<Document> document = co_await fetching;
        if (!document)
            co_return fail(document.error());
        if (!document->has_value())
            continue;
        const Result<ResourceDocument> read = readResource(server, **document);
        if (!read)
            co_return fail(read.error());
        co_return std::optional<ResourceDocument>(*read);
    }
    co_return std::optional<ResourceDocument>();
}

} // namespace

Json Authority::toJson() const
{
    return {{"issuer", issuer},
            {"resource", resource},
            {"authorize", authorize.toString(QUrl::FullyEncoded)},
            {"token", token.toString(QUrl::FullyEncoded)},
            {"registration", registration.toString(QUrl::FullyEncoded)},
            {"revocation", revocation.toString(QUrl::FullyEncoded)},
            {"scopes", scopes},
            {"authMethods", authMethods},
            {"sendsIssuer", sendsIssuer},
            {"renewsByScope", renewsByScope}};
}

std::optional<Authority> Authority::fromJson(const Json &stored)
{
    if (!stored.is_object())
        return std::nullopt;
    Authority read;
    read.issuer = json::stringAt(stored, "issuer").value_or(QString());
    read.resource = json::stringAt(stored, "resource").value_or(QString());
    read.authorize = urlAt(stored, "authorize");
    read.token = urlAt(stored, "token");
    read.registration = urlAt(stored, "registration");
    read.revocation = urlAt(stored, "revocation");
    read.scopes = json::stringsAt(stored, "scopes");
    read.authMethods = json::stringsAt(stored, "authMethods");
    read.sendsIssuer = json::boolAt(stored, "sendsIssuer").value_or(false);
    read.renewsByScope = json::boolAt(stored, "renewsByScope").value_or(false);
    if (read.issuer.isEmpty() || read.token.isEmpty() || read.authorize.isEmpty())
        return std::nullopt;
    return read;
}

Discovery::Discovery(const Reach &reach)
    : m_reach(reach)
{
}

Task<Result<Greeting>> Discovery::greet(Server server, std::stop_token stop) const
{
    auto saying = hello(&m_reach, server, {}, stop);
    const Result<Heard> heard = co_await saying;
    if (!heard)
        co_return fail(heard.error());
    if (heard->status == 401) {
        Greeting closed;
        closed.wwwAuthenticate = heard->headers.value("WWW-Authenticate");
        co_return closed;
    }
    if (!isWelcome(heard->status))
        co_return fail(notUnderstood(server, heard->status));
    auto leaving = leave(&m_reach, server, {}, heard->headers.value("Mcp-Session-Id"), stop);
    co_await leaving;
    Greeting open;
    open.isOpen = true;
    co_return open;
}

Task<Result<>> Discovery::tryToken(Server server, Secret token, std::stop_token stop) const
{
    const QByteArray bearer = token.reveal();
    auto saying = hello(&m_reach, server, bearer, stop);
    const Result<Heard> heard = co_await saying;
    if (!heard)
        co_return fail(heard.error());
    if (heard->status == 401 || heard->status == 403) {
        co_return fail(Error::Kind::Unauthorized,
                       u"%1 does not accept the new sign-in."_s.arg(server.title),
                       u"Sign in to it again in Flaredeck."_s);
    }
    if (!isWelcome(heard->status))
        co_return fail(notUnderstood(server, heard->status));
    auto leaving = leave(&m_reach, server, bearer, heard->headers.value("Mcp-Session-Id"), stop);
    co_await leaving;
    co_return Result<>();
}

Task<Result<Authority>> Discovery::find(Server server, Challenge challenge,
                                        std::stop_token stop) const
{
    auto looking = resourceOf(&m_reach, server, challenge, stop);
    const Result<std::optional<ResourceDocument>> resource = co_await looking;
    if (!resource)
        co_return fail(resource.error());
    const bool isNamed = resource->has_value();
    const QString issuer = isNamed ? (*resource)->issuer : originText(server.url);
    auto asking = authorityOf(&m_reach, server, issuer, stop);
    const Result<std::optional<Authority>> found = co_await asking;
    if (!found)
        co_return fail(found.error());
    if (!found->has_value() && isNamed)
        co_return fail(broken(server, u"%1 publishes no metadata."_s.arg(issuer)));
    Authority authority = found->has_value() ? **found : byDefault(server.url);
    authority.resource = isNamed ? (*resource)->resource : server.url.toString(QUrl::FullyEncoded);
    authority.scopes = !challenge.scopes.isEmpty() ? challenge.scopes
                       : isNamed                   ? (*resource)->scopes
                                                   : QStringList();
    if (authority.renewsByScope && !authority.scopes.isEmpty() &&
        !authority.scopes.contains(kOfflineScope))
        authority.scopes << kOfflineScope;
    qCInfo(lcProvider).noquote() << server.name << "is signed in to at" << authority.issuer;
    co_return authority;
}

} // namespace flaredeck::remote
