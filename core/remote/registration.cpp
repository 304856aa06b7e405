#include "core/remote/registration.h"

#include "core/base/logging.h"

#include <utility>

namespace flaredeck::remote {

using namespace Qt::StringLiterals;

namespace {

const QString kNone = u"none"_s;

/// A public client where that is possible: a secret that is on every computer is none.
QString authMethod(const Authority &authority)
{
    if (authority.authMethods.isEmpty() || authority.authMethods.contains(kNone))
        return kNone;
    for (const QString &method : {u"client_secret_basic"_s, u"client_secret_post"_s}) {
        if (authority.authMethods.contains(method))
            return method;
    }
    return kNone;
}

Error refused(const Server &server, const http::ClientResponse &response, const QString &code)
{
    const QString status = QString::number(response.status);
    if (response.status == 429 || response.status >= 500) {
        return {Error::Kind::Upstream,
                u"%1 cannot register Flaredeck now (status %2)."_s.arg(server.title, status),
                u"Try again later."_s};
    }
    return {Error::Kind::Denied,
            u"%1 does not let Flaredeck register itself (%2)."_s.arg(
                server.title, code.isEmpty() ? u"status "_s + status : code),
            u"Whoever runs the server has to allow it."_s,
            redact(QString::fromUtf8(response.body.left(500)))};
}

/// Error codes of RFC 7591 §3.2.2 and RFC 6749 §5.2; nothing else of the answer is shown.
QString knownCode(const Json &document)
{
    const QString code = json::stringAt(document, "error").value_or(QString());
    for (const QString &known :
         {u"invalid_redirect_uri"_s, u"invalid_client_metadata"_s, u"invalid_request"_s,
          u"access_denied"_s, u"unauthorized_client"_s, u"temporarily_unavailable"_s}) {
        if (code == known)
            return code;
    }
    return {};
}

} // namespace

QStringList redirectUris(const Server &server, quint16 port)
{
    const QString path = QString::fromLatin1(kCallbackPath);
    const QString anyPort = u"http://127.0.0.1"_s + path;
    const QString exact = u"http://127.0.0.1:%1"_s.arg(port) + path;
    const QString spare = u"http://localhost"_s + path;
    return server.isKnown ? QStringList{anyPort, spare} : QStringList{exact, anyPort};
}

Registrar::Registrar(const Reach &reach, const Clock &clock)
    : m_reach(reach)
    , m_clock(clock)
{
}

Task<Result<Registration>> Registrar::enrol(Server server, Authority authority,
                                            quint16 callbackPort, std::stop_token stop) const
{
    if (authority.registration.isEmpty()) {
        co_return fail(Error::Kind::Denied,
                       u"%1 does not let programs register themselves."_s.arg(server.title),
                       u"Flaredeck cannot sign in to it."_s);
    }
    const QStringList redirects = redirectUris(server, callbackPort);
    Json metadata{{"client_name", "Flaredeck"},
                  {"redirect_uris", redirects},
                  {"grant_types", {"authorization_code", "refresh_token"}},
                  {"response_types", {"code"}},
                  {"token_endpoint_auth_method", authMethod(authority)},
                  {"application_type", "native"},
                  {"software_id", "flaredeck"},
                  {"software_version", FLAREDECK_VERSION}};
    if (!authority.scopes.isEmpty())
        metadata["scope"] = authority.scopes.join(u' ');
    http::ClientRequest request;
    request.method = "POST";
    request.url = authority.registration;
    request.headers =
        http::Headers{{"Content-Type", "application/json"}, {"Accept", "application/json"}};
    request.body = json::print(metadata);
    request.timeoutMs = Reach::kTimeoutMs;
    auto asking = m_reach.send(server, std::move(request), std::move(stop));
    const Result<http::ClientResponse> response = co_await asking;
    if (!response)
        co_return fail(response.error());
    const Result<Json> document = json::parse(response->body);
    const bool isObject = document && document->is_object();
    if (response->status != 201 && response->status != 200)
        co_return fail(refused(server, *response, isObject ? knownCode(*document) : QString()));
    Registration registration;
    if (isObject)
        registration.clientId = json::stringAt(*document, "client_id").value_or(QString());
    const QStringList accepted =
        isObject ? json::stringsAt(*document, "redirect_uris") : QStringList();
    if (registration.clientId.isEmpty() ||
        (!accepted.isEmpty() && !accepted.contains(redirects.first()))) {
        co_return fail(
            Error::Kind::Upstream,
            u"%1 answered Flaredeck's registration with something else."_s.arg(server.title),
            u"Whoever runs the server has to correct it."_s);
    }
    registration.clientSecret =
        Secret(json::stringAt(*document, "client_secret").value_or(QString()).toUtf8());
    if (!registration.clientSecret.isEmpty()) {
        registration.secretEndsAt =
            1000 *
            qBound<qint64>(0, json::integerAt(*document, "client_secret_expires_at").value_or(0),
                           qint64(1) << 40);
    }
    registration.redirectUri = redirects.first();
    registration.at = m_clock.now();
    qCInfo(lcProvider).noquote() << "registered at" << authority.issuer;
    co_return std::move(registration);
}

} // namespace flaredeck::remote
