#pragma once

#include "core/base/json.h"
#include "core/oauth/clients/documentfetcher.h"
#include "tests/core/http/tlshost.h"

namespace flaredeck::oauth {

/// The web site client.example with a client's document, and a network in which it is public.
class DocumentSite : public http::TlsHost
{
public:
    QList<QHostAddress> addresses{QHostAddress(QHostAddress::LocalHost)};
    QStringList resolved; ///< names that were looked up

    [[nodiscard]] DocumentNetwork network()
    {
        return {[this](const QString &host, std::stop_token) { return resolve(host); },
                [](const QHostAddress &address) { return address.isLoopback(); }};
    }

    [[nodiscard]] QString clientId(const QByteArray &path = "/client.json") const
    {
        return QString::fromLatin1(url(path));
    }

    [[nodiscard]] Json document(const QByteArray &path = "/client.json") const
    {
        return {{"client_id", clientId(path)},
                {"client_name", "A client"},
                {"redirect_uris", {"http://localhost/cb"}},
                {"token_endpoint_auth_method", "none"}};
    }

    void publish(const QByteArray &headers = {}, const QByteArray &path = "/client.json")
    {
        serveJson(path, json::print(document(path)), headers);
    }

private:
    Task<Result<QList<QHostAddress>>> resolve(QString host)
    {
        resolved << host;
        const QList<QHostAddress> answer = addresses;
        co_return answer;
    }
};

} // namespace flaredeck::oauth
