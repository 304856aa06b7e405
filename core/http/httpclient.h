#pragma once

#include "core/base/result.h"
#include "core/base/task.h"
#include "core/http/httpmessage.h"

#include <QHostAddress>
#include <QObject>
#include <QUrl>

#include <functional>
#include <memory>
#include <stop_token>

class QNetworkAccessManager;

namespace flaredeck::http {

struct ClientResponse {
    int status = 0;
    Headers headers;
    QByteArray body;
    int elapsedMs = 0;
};

struct ClientRequest {
    QByteArray method = "GET";
    QUrl url = {};
    Headers headers = {};
    QByteArray body = {};
    int timeoutMs = 30'000;
    qint64 maxBytes = 64LL * 1024 * 1024; ///< a longer answer is an error
    /// Connects there, whatever the host of `url` resolves to by now, and through no proxy; Host
    /// and the TLS certificate are still those of `url`. Null: as the system resolves and routes
    /// it.
    QHostAddress connectTo = {};
    /// Takes the answer while it arrives: the head first, without bytes, then each piece of the
    /// body, which the response then lacks. `timeoutMs` is for the silence between two pieces. Must
    /// not end the request itself, but may see to it that it is ended soon.
    std::function<void(const ClientResponse &head, const QByteArray &bytes)> sink = {};
};

/// Outgoing HTTP on QNetworkAccessManager. Never follows redirects, sends no cookies. Any status is
/// a success here; errors are Offline (no connection, DNS, TLS), Timeout, Cancelled and, for a too
/// long or cut-off answer, Upstream. No retry: who calls knows whether a retry is safe.
class HttpClient : public QObject
{
    Q_OBJECT

public:
    explicit HttpClient(QObject *parent = nullptr);

    [[nodiscard]] Task<Result<ClientResponse>> send(ClientRequest request, std::stop_token stop);

private:
    [[nodiscard]] QNetworkAccessManager &networkFor(const ClientRequest &request);

    QNetworkAccessManager *m_network;
    QNetworkAccessManager *m_direct = nullptr; ///< without a proxy; made when first needed
};

} // namespace flaredeck::http
