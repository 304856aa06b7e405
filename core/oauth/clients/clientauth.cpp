#include "core/oauth/clients/clientauth.h"

#include "core/base/crypto.h"

namespace flaredeck::oauth::clientauth {

using namespace Qt::Literals::StringLiterals;

namespace {

OAuthError invalidClient(const QString &cause, Way way)
{
    OAuthError error{401, "invalid_client", cause};
    error.basicChallenge = way == Way::Basic;
    return error;
}

/// Both halves are form-encoded before they are joined (RFC 6749 §2.3.1).
QString decodeHalf(QByteArray half)
{
    return QString::fromUtf8(QByteArray::fromPercentEncoding(half.replace('+', ' ')));
}

Answer<Credentials> readBasic(const QByteArray &encoded)
{
    const auto decoded = QByteArray::fromBase64Encoding(
        encoded, QByteArray::Base64Encoding | QByteArray::AbortOnBase64DecodingErrors);
    const QByteArray pair = decoded.decoded;
    const auto colon = pair.indexOf(':');
    if (!decoded || colon <= 0)
        return refuse(invalidClient(u"The Basic credentials cannot be read."_s, Way::Basic));
    return Credentials{
        {decodeHalf(pair.left(colon))}, decodeHalf(pair.mid(colon + 1)).toUtf8(), Way::Basic};
}

} // namespace

Answer<Credentials> read(const http::Request &request, const http::Form &form)
{
    const QString id = form.value("client_id").value_or(QString());
    const QString secret = form.value("client_secret").value_or(QString());
    const QByteArray header = request.headers.value("Authorization");
    if (header.left(6).compare("Basic ", Qt::CaseInsensitive) == 0) {
        if (!secret.isEmpty())
            return refuse(400, "invalid_request",
                          u"Send the client secret in the header or in the body, not in both."_s);
        auto basic = readBasic(header.mid(6).trimmed());
        if (basic && !id.isEmpty() && id != basic->client.value)
            return refuse(400, "invalid_request", u"Header and body name different clients."_s);
        return basic;
    }
    if (id.isEmpty())
        return refuse(invalidClient(u"client_id is missing."_s, Way::Public));
    return Credentials{{id}, secret.toUtf8(), secret.isEmpty() ? Way::Public : Way::Body};
}

Answer<> check(const Credentials &credentials, const std::optional<store::Client> &client)
{
    if (!client)
        return refuse(invalidClient(u"This client is not registered here."_s, credentials.way));
    const Way registered = client->authMethod == "none"_L1                 ? Way::Public
                           : client->authMethod == "client_secret_post"_L1 ? Way::Body
                                                                           : Way::Basic;
    const bool eitherWay =
        !client->authMethodExplicit && registered != Way::Public && credentials.way != Way::Public;
    if (credentials.way != registered && !eitherWay)
        return refuse(
            invalidClient(u"This client is registered for the authentication method %1."_s.arg(
                              client->authMethod),
                          credentials.way));
    if (registered != Way::Public &&
        !crypto::equalInConstantTime(crypto::sha256(credentials.secret), client->secretHash))
        return refuse(invalidClient(u"The client secret is wrong."_s, credentials.way));
    return {};
}

} // namespace flaredeck::oauth::clientauth
