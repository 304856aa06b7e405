#pragma once

#include "core/base/crypto.h"
#include "core/http/httpclient.h"

#include <QCoroTask>
#include <QTcpServer>

namespace flaredeck::oauth {

/// Talks to the server as clients and browsers do: no cookies, redirects followed by hand.
class Browser
{
public:
    explicit Browser(quint16 port)
        : m_origin("http://localhost:" + QByteArray::number(port))
    {
    }

    [[nodiscard]] const QByteArray &origin() const { return m_origin; }

    http::ClientResponse send(const QByteArray &method, const QByteArray &target,
                              http::Headers headers = {}, const QByteArray &body = {})
    {
        auto response = QCoro::waitFor(start(method, target, std::move(headers), body));
        if (!response)
            qWarning("%s", qPrintable(response.error().text()));
        return response.value_or(http::ClientResponse{});
    }

    Task<Result<http::ClientResponse>> start(const QByteArray &method, const QByteArray &target,
                                             http::Headers headers = {},
                                             const QByteArray &body = {})
    {
        http::ClientRequest request;
        request.method = method;
        request.url = QUrl::fromEncoded(target.startsWith('/') ? m_origin + target : target);
        request.headers = std::move(headers);
        request.body = body;
        return m_client.send(request, {});
    }

    http::ClientResponse get(const QByteArray &target, const QByteArray &accept = "*/*")
    {
        return send("GET", target, {{"Accept", accept}});
    }
    http::ClientResponse post(const QByteArray &target, const QByteArray &form,
                              http::Headers headers = {})
    {
        headers.set("Content-Type", "application/x-www-form-urlencoded");
        return send("POST", target, std::move(headers), form);
    }
    http::ClientResponse call(const QByteArray &accessToken, const QByteArray &path = "/mcp")
    {
        return send(
            "POST", path,
            {{"Authorization", "Bearer " + accessToken}, {"Content-Type", "application/json"}},
            "{}");
    }

    static Json json(const http::ClientResponse &response)
    {
        return json::parse(response.body).value_or(Json::object());
    }
    static QByteArray text(const http::ClientResponse &response, const char *key)
    {
        return json::stringAt(json(response), key).value_or(QString()).toUtf8();
    }

private:
    QByteArray m_origin;
    http::HttpClient m_client;
};

/// An MCP client: registered, with a listener at its redirect URI unless told otherwise.
class OAuthClient
{
public:
    explicit OAuthClient(Browser &browser)
        : m_browser(browser)
    {
        m_listener.listen(QHostAddress::LocalHost);
        port = m_listener.serverPort();
        const Json body{{"client_name", "Test client"},
                        {"redirect_uris", {redirectUri().toStdString()}},
                        {"token_endpoint_auth_method", "none"},
                        {"grant_types", {"authorization_code", "refresh_token"}}};
        id =
            Browser::text(m_browser.send("POST", "/register",
                                         {{"Content-Type", "application/json"}}, json::print(body)),
                          "client_id");
    }

    QByteArray redirectUri() const
    {
        return "http://localhost:" + QByteArray::number(port) + "/cb";
    }
    void stopListening() { m_listener.close(); }
    bool listenAgain() { return m_listener.listen(QHostAddress::LocalHost, port); }

    QByteArray authorizeUrl(const QByteArray &extra = {},
                            const QByteArray &secret = QByteArray(43, 'v')) const
    {
        return "/authorize?response_type=code&client_id=" + id +
               "&redirect_uri=" + redirectUri().toPercentEncoding() +
               "&code_challenge_method=S256&code_challenge=" + crypto::pkceChallenge(secret) +
               "&state=s%2B1" + extra;
    }

    /// The value of a parameter that came back to the redirect URI.
    QByteArray parameter(const QByteArray &location, QByteArrayView name) const
    {
        if (!location.startsWith(redirectUri() + '?'))
            return {};
        return http::Form::parse(location.mid(location.indexOf('?') + 1))
            .value(name)
            .value_or(QString())
            .toUtf8();
    }

    http::ClientResponse redeem(const QByteArray &code,
                                const QByteArray &secret = QByteArray(43, 'v'))
    {
        return m_browser.post("/token", "grant_type=authorization_code&code=" + code +
                                            "&client_id=" + id + "&code_verifier=" + secret +
                                            "&redirect_uri=" + redirectUri().toPercentEncoding());
    }
    http::ClientResponse refresh(const QByteArray &token)
    {
        return m_browser.post("/token", "grant_type=refresh_token&refresh_token=" + token +
                                            "&client_id=" + id);
    }

    QByteArray id;
    quint16 port = 0;

private:
    Browser &m_browser;
    QTcpServer m_listener;
};

} // namespace flaredeck::oauth
