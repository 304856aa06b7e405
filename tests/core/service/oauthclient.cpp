#include "oauthclient.h"

#include "core/base/crypto.h"
#include "tests/core/mcp/httpcall.h"

#include <QUrlQuery>

using namespace Qt::StringLiterals;

namespace flaredeck::test {

namespace {

constexpr int kMaxRedirects = 10;

} // namespace

OAuthClient::OAuthClient(quint16 port, const QString &name)
    : m_port(port)
    , m_name(name)
{
    m_listener.listen(QHostAddress::LocalHost);
}

bool OAuthClient::signIn()
{
    if (m_clientId.isEmpty() && !registerClient())
        return false;
    const QByteArray verifier = crypto::randomToken();
    const QString code = fetchCode(crypto::pkceChallenge(verifier));
    if (code.isEmpty())
        return false;

    QUrlQuery form;
    form.addQueryItem(u"grant_type"_s, u"authorization_code"_s);
    form.addQueryItem(u"code"_s, code);
    form.addQueryItem(u"redirect_uri"_s, redirectUri());
    form.addQueryItem(u"client_id"_s, m_clientId);
    form.addQueryItem(u"code_verifier"_s, QString::fromLatin1(verifier));
    m_redemption = form.query(QUrl::FullyEncoded).toLatin1();
    postToken(m_redemption);
    return !m_token.isEmpty();
}

int OAuthClient::refresh()
{
    QUrlQuery form;
    form.addQueryItem(u"grant_type"_s, u"refresh_token"_s);
    form.addQueryItem(u"refresh_token"_s, QString::fromLatin1(m_refresh));
    form.addQueryItem(u"client_id"_s, m_clientId);
    return postToken(form.query(QUrl::FullyEncoded).toLatin1());
}

int OAuthClient::redeemAgain()
{
    return postToken(m_redemption);
}

int OAuthClient::postToken(const QByteArray &form)
{
    HttpCall call(m_port, "POST", "/token", {{"Content-Type", "application/x-www-form-urlencoded"}},
                  form);
    if (call.finish() && call.status() == 200) {
        m_token = json::stringAt(call.json(), "access_token").value_or(QString()).toLatin1();
        m_refresh = json::stringAt(call.json(), "refresh_token").value_or(QString()).toLatin1();
    } else {
        qWarning() << "/token answers" << call.status() << call.body();
    }
    return call.status();
}

QString OAuthClient::redirectUri() const
{
    return u"http://127.0.0.1:%1/callback"_s.arg(m_listener.serverPort());
}

bool OAuthClient::registerClient()
{
    const Json metadata{{"client_name", m_name},
                        {"redirect_uris", {redirectUri()}},
                        {"token_endpoint_auth_method", "none"},
                        {"grant_types", {"authorization_code", "refresh_token"}}};
    HttpCall call(m_port, "POST", "/register", {{"Content-Type", "application/json"}},
                  json::print(metadata));
    if (call.finish())
        m_clientId = json::stringAt(call.json(), "client_id").value_or(QString());
    if (m_clientId.isEmpty())
        qWarning() << "/register answers" << call.status() << call.body();
    return !m_clientId.isEmpty();
}

QString OAuthClient::fetchCode(const QByteArray &challenge) const
{
    QUrlQuery query;
    query.addQueryItem(u"response_type"_s, u"code"_s);
    query.addQueryItem(u"client_id"_s, m_clientId);
    query.addQueryItem(u"redirect_uri"_s, redirectUri());
    query.addQueryItem(u"code_challenge"_s, QString::fromLatin1(challenge));
    query.addQueryItem(u"code_challenge_method"_s, u"S256"_s);
    if (!scope.isEmpty())
        query.addQueryItem(u"scope"_s, scope);
    QUrl url(u"http://localhost:%1/oauth/authorize"_s.arg(m_port));
    url.setQuery(query);

    for (int hop = 0; hop < kMaxRedirects; ++hop) {
        if (url.port() == m_listener.serverPort())
            return QUrlQuery(url).queryItemValue(u"code"_s);
        auto call = std::make_unique<HttpCall>(
            quint16(url.port()), "GET", url.toEncoded(QUrl::RemoveScheme | QUrl::RemoveAuthority),
            http::Headers());
        while (call->finish() && call->header("Location").isEmpty() && fillIn) {
            const Form form = fillIn(call->body());
            if (form.path.isEmpty())
                break;
            call = std::make_unique<HttpCall>(
                quint16(url.port()), "POST", form.path,
                http::Headers{{"Content-Type", "application/x-www-form-urlencoded"}}, form.body);
        }
        if (call->header("Location").isEmpty()) {
            qWarning() << url << "answers" << call->status() << call->body();
            return {};
        }
        url = url.resolved(QUrl::fromEncoded(call->header("Location")));
    }
    qWarning() << "too many redirects";
    return {};
}

} // namespace flaredeck::test
