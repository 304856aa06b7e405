#include "core/oauth/consent/authorizerequest.h"

#include "core/http/httpmessage.h"
#include "core/oauth/clients/redirecturi.h"
#include "core/oauth/endpoints/oautherror.h"
#include "core/oauth/endpoints/resource.h"
#include "core/provider/scopes.h"

#include <algorithm>

namespace flaredeck::oauth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype kChallengeLength = 43;

bool isBase64Url(const QString &text)
{
    return std::all_of(text.begin(), text.end(), [](QChar c) {
        return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || (c >= u'0' && c <= u'9') ||
               c == u'-' || c == u'_';
    });
}

/// A form value as bytes: `state` goes back exactly as it came, whatever encoding it is in.
std::optional<QByteArray> rawValue(const QByteArray &encoded, const QByteArray &name)
{
    for (QByteArray field : encoded.split('&')) {
        field.replace('+', ' ');
        const auto equals = field.indexOf('=');
        const QByteArray key = equals < 0 ? field : field.left(equals);
        if (QByteArray::fromPercentEncoding(key) == name)
            return QByteArray::fromPercentEncoding(equals < 0 ? QByteArray()
                                                              : field.mid(equals + 1));
    }
    return std::nullopt;
}

AuthorizeRefusal local(QByteArray code, QString description)
{
    return {std::move(code), std::move(description), {}, {}};
}

/// The redirect URI to use, or why there is none.
tl::expected<QString, AuthorizeRefusal> chooseRedirect(const http::Form &form,
                                                       const store::Client &client, quint16 ownPort)
{
    const auto fromClient = form.value("redirect_uri");
    QString uri = fromClient.value_or(QString());
    if (uri.isEmpty()) {
        const bool obvious = client.redirectUris.size() == 1;
        uri = obvious ? client.redirectUris.first() : QString();
        const auto parts = redirecturi::parse(uri);
        if (!parts || parts->kind == redirecturi::Kind::Loopback)
            return tl::unexpected(local("invalid_request", u"redirect_uri is missing."_s));
    }
    const auto parts = redirecturi::parse(uri);
    if (!parts)
        return tl::unexpected(local("invalid_request", parts.error().message));
    const bool registered =
        std::any_of(client.redirectUris.begin(), client.redirectUris.end(),
                    [&uri](const QString &known) { return redirecturi::matches(known, uri); });
    if (!registered)
        return tl::unexpected(local("invalid_request",
                                    u"The redirect URI is not one that this client registered."_s));
    // The any-port rule would let a registration without a port match ours.
    if (redirecturi::isOwnOrigin(*parts, ownPort))
        return tl::unexpected(
            local("invalid_request", u"The redirect URI leads back to this server."_s));
    return uri;
}

/// What is wrong with the parameters that a client may be told about.
std::optional<AuthorizeRefusal> checkParameters(const http::Form &form)
{
    if (const QString wrong = oautherror::repetition(form); !wrong.isEmpty())
        return local("invalid_request", wrong);
    if (form.value("response_type") != u"code"_s)
        return local("unsupported_response_type", u"response_type must be code."_s);
    if (form.value("code_challenge_method") != u"S256"_s)
        return local("invalid_request", u"code_challenge_method must be S256."_s);
    const QString challenge = form.value("code_challenge").value_or(QString());
    if (challenge.size() != kChallengeLength || !isBase64Url(challenge))
        return local("invalid_request",
                     u"code_challenge must be 43 characters of base64url (RFC 7636)."_s);
    return std::nullopt;
}

} // namespace

bool AuthorizeRequest::isTwinOf(const AuthorizeRequest &other) const
{
    return asksTheSameAs(other) && redirectUri == other.redirectUri &&
           challenge == other.challenge && state == other.state;
}

bool AuthorizeRequest::isReloadOf(const AuthorizeRequest &other) const
{
    return isTwinOf(other) && mayShareAnswerWith(other);
}

bool AuthorizeRequest::mayShareAnswerWith(const AuthorizeRequest &other) const
{
    // A browser that another program drives looks like the person's, but for its process.
    const bool isSame = answersRequester() || other.answersRequester()
                            ? requester.isSameProcessAs(other.requester)
                            : requester.isSameAs(other.requester);
    return isSame && asksTheSameAs(other);
}

bool AuthorizeRequest::answersRequester() const
{
    return redirecturi::loopbackPort(redirectUri) == 0 || requester.ledByPage;
}

bool AuthorizeRequest::asksTheSameAs(const AuthorizeRequest &other) const
{
    return client.id == other.client.id && redirecturi::matches(redirectUri, other.redirectUri) &&
           scopes == other.scopes && resources == other.resources && issuer == other.issuer;
}

tl::expected<AuthorizeRequest, AuthorizeRefusal>
parseAuthorizeRequest(const QByteArray &encoded, const QByteArray &issuer, quint16 ownPort,
                      const ClientLookup &findClient)
{
    const auto form = http::Form::parse(encoded);
    const QList<QByteArray> repeated = form.repeated();
    if (repeated.contains("client_id") || repeated.contains("redirect_uri"))
        return tl::unexpected(
            local("invalid_request", u"client_id and redirect_uri may occur only once."_s));

    const QString id = form.value("client_id").value_or(QString());
    if (id.isEmpty())
        return tl::unexpected(local("invalid_request", u"client_id is missing."_s));
    const auto client = findClient({id});
    if (!client)
        return tl::unexpected(local("invalid_client", u"This client is not registered here."_s));

    auto redirect = chooseRedirect(form, *client, ownPort);
    if (!redirect)
        return tl::unexpected(redirect.error());

    const auto state = rawValue(encoded, "state");
    const auto refused = [&redirect, &state](AuthorizeRefusal refusal) {
        refusal.redirectUri = *redirect;
        refusal.state = state;
        return tl::unexpected(std::move(refusal));
    };
    if (auto wrong = checkParameters(form))
        return refused(std::move(*wrong));

    QStringList resources;
    for (const QString &value : form.values("resource")) {
        const auto path = resource::canonical(value, ownPort);
        if (!path)
            return refused(local("invalid_target", u"The resource is not one of this server's."_s));
        if (!resources.contains(*path))
            resources << *path;
    }
    if (resources.isEmpty())
        resources << u"/"_s;

    const QString scope = form.value("scope").value_or(QString());
    if (!scopes::isWellFormed(scope))
        return refused(
            local("invalid_scope", u"scope contains a character that is not allowed."_s));

    return AuthorizeRequest{*client,
                            *redirect,
                            form.value("code_challenge")->toLatin1(),
                            state,
                            scopes::parse(scope),
                            resources,
                            issuer,
                            {}};
}

QByteArray codeRedirect(const AuthorizeRequest &request, const QByteArray &code)
{
    QList<std::pair<QByteArray, QByteArray>> parameters{{"code", code}};
    if (request.state)
        parameters.append({"state", *request.state});
    parameters.append({"iss", request.issuer});
    return redirecturi::withParameters(request.redirectUri, parameters);
}

QByteArray errorRedirect(const AuthorizeRefusal &refusal, const QByteArray &issuer)
{
    QList<std::pair<QByteArray, QByteArray>> parameters{{"error", refusal.code}};
    if (!refusal.description.isEmpty())
        parameters.append(
            {"error_description", oautherror::printable(refusal.description).toUtf8()});
    if (refusal.state)
        parameters.append({"state", *refusal.state});
    parameters.append({"iss", issuer});
    return redirecturi::withParameters(refusal.redirectUri, parameters);
}

} // namespace flaredeck::oauth
