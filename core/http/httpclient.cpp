#include "core/http/httpclient.h"

#include "core/base/waiting.h"

#include <QElapsedTimer>
#include <QNetworkAccessManager>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QTimer>

namespace flaredeck::http {

using namespace Qt::StringLiterals;

namespace {

/// Ends one reply early when it takes too long, grows too long, or is no longer
/// wanted, which is when this object goes.
class Transfer : public QObject
{
public:
    enum class Cut { None, TimedOut, TooLong };

    Transfer(QNetworkReply *reply, const ClientRequest &request)
        : m_request(request)
        , m_reply(reply)
    {
        m_done.start();
        connect(reply, &QNetworkReply::finished, this, [this] {
            pour();
            m_done.finish();
        });
        m_timeout.setSingleShot(true);
        connect(&m_timeout, &QTimer::timeout, this, [this] { cut(Cut::TimedOut); });
        m_timeout.start(request.timeoutMs);
        connect(reply, &QNetworkReply::metaDataChanged, this, [this] {
            if (m_reply->header(QNetworkRequest::ContentLengthHeader).toLongLong() >
                m_request.maxBytes)
                cut(Cut::TooLong);
            else
                pour();
        });
        connect(reply, &QNetworkReply::readyRead, this, [this] {
            if (m_poured + m_reply->bytesAvailable() > m_request.maxBytes)
                cut(Cut::TooLong);
            else
                pour();
        });
    }

    ~Transfer() override
    {
        m_reply->disconnect(this);
        if (!m_reply->isFinished())
            m_reply->abort();
    }

    [[nodiscard]] QFuture<void> done() const { return m_done.future(); }
    [[nodiscard]] ClientResponse head() const
    {
        ClientResponse response;
        response.status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        response.headers = Headers(m_reply->rawHeaderPairs());
        return response;
    }
    [[nodiscard]] Cut cause() const { return m_cause; }

private:
    void cut(Cut cause)
    {
        if (m_cause != Cut::None || m_reply->isFinished())
            return;
        m_cause = cause;
        m_reply->abort();
    }

    /// What has arrived, to who wants it at once.
    void pour()
    {
        if (!m_request.sink || m_cause != Cut::None)
            return;
        if (m_head.status == 0) {
            m_head = head();
            if (m_head.status == 0)
                return; // there was no answer
            m_request.sink(m_head, {});
        }
        const QByteArray bytes = m_reply->readAll();
        if (bytes.isEmpty())
            return;
        m_poured += bytes.size();
        m_timeout.start();
        m_request.sink(m_head, bytes);
    }

    const ClientRequest &m_request;
    QNetworkReply *const m_reply;
    ClientResponse m_head; ///< once it has been told
    qint64 m_poured = 0;
    QPromise<void> m_done;
    QTimer m_timeout;
    Cut m_cause = Cut::None;
};

/// Deleted from the event loop: it may be what calls.
struct DeleteLater {
    void operator()(QObject *object) const { object->deleteLater(); }
};
using ReplyPtr = std::unique_ptr<QNetworkReply, DeleteLater>;

QNetworkRequest prepare(const ClientRequest &request)
{
    QNetworkRequest prepared(request.url);
    prepared.setAttribute(QNetworkRequest::RedirectPolicyAttribute,
                          QNetworkRequest::ManualRedirectPolicy);
    prepared.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    prepared.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    prepared.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    prepared.setHeader(QNetworkRequest::UserAgentHeader, u"Flaredeck/" FLAREDECK_VERSION ""_s);
    for (const auto &[name, value] : request.headers.lines())
        prepared.setRawHeader(name, value);
    if (!request.connectTo.isNull()) {
        QUrl url = request.url;
        prepared.setRawHeader("Host",
                              url.authority(QUrl::FullyEncoded | QUrl::RemoveUserInfo).toLatin1());
        prepared.setPeerVerifyName(url.host(QUrl::FullyEncoded));
        url.setHost(request.connectTo.toString());
        prepared.setUrl(url);
        // HTTP/2 would take the authority from the URL, and so from the address.
        prepared.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    }
    return prepared;
}

/// A request body that can be read once. When a connection is cut before the
/// answer, QNetworkAccessManager resends what it can rewind; for a write or a
/// single-use code that would be a second attempt which nobody asked for.
class OneTimeBody : public QIODevice
{
public:
    explicit OneTimeBody(QByteArray bytes)
        : m_bytes(std::move(bytes))
    {
        open(QIODevice::ReadOnly);
    }
    [[nodiscard]] bool isSequential() const override { return true; }
    [[nodiscard]] bool atEnd() const override { return m_read == m_bytes.size(); }
    [[nodiscard]] qint64 bytesAvailable() const override
    {
        return m_bytes.size() - m_read + QIODevice::bytesAvailable();
    }

protected:
    qint64 readData(char *to, qint64 most) override
    {
        const qint64 count = qMin<qint64>(most, m_bytes.size() - m_read);
        if (count == 0)
            return -1;
        std::copy_n(m_bytes.constData() + m_read, count, to);
        m_read += count;
        return count;
    }
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    const QByteArray m_bytes;
    qint64 m_read = 0;
};

QNetworkReply *start(QNetworkAccessManager &network, const ClientRequest &request)
{
    QNetworkRequest prepared = prepare(request);
    if (request.method == "GET")
        return network.get(prepared);
    if (request.method == "HEAD")
        return network.head(prepared);
    if (request.method == "DELETE" && request.body.isEmpty())
        return network.deleteResource(prepared);
    // Unbuffered, from a device that cannot rewind, so that Qt cannot send it a
    // second time by itself.
    prepared.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
    prepared.setHeader(QNetworkRequest::ContentLengthHeader, request.body.size());
    auto *body = new OneTimeBody(request.body);
    QNetworkReply *reply = network.sendCustomRequest(prepared, request.method, body);
    body->setParent(reply);
    return reply;
}

Error readFailure(const QNetworkReply &reply, const QString &host)
{
    if (reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).isValid())
        return {Error::Kind::Upstream, u"The answer of %1 was cut off."_s.arg(host),
                u"Try again."_s, reply.errorString()};
    return {Error::Kind::Offline, u"%1 could not be reached."_s.arg(host),
            u"Check the network connection and try again."_s, reply.errorString()};
}

/// Statuses of 400 and above are errors to QNetworkReply, but complete answers
/// to us.
bool isAnswer(const QNetworkReply &reply)
{
    const auto error = reply.error();
    return error == QNetworkReply::NoError ||
           (reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).isValid() &&
            error > QNetworkReply::UnknownProxyError && error != QNetworkReply::ProtocolFailure);
}

} // namespace

HttpClient::HttpClient(QObject *parent)
    : QObject(parent)
    , m_network(new QNetworkAccessManager(this))
{
}

QNetworkAccessManager &HttpClient::networkFor(const ClientRequest &request)
{
    if (request.connectTo.isNull())
        return *m_network;
    if (!m_direct) {
        m_direct = new QNetworkAccessManager(this);
        m_direct->setProxy(QNetworkProxy::NoProxy);
    }
    return *m_direct;
}

Task<Result<ClientResponse>> HttpClient::send(ClientRequest request, std::stop_token stop)
{
    const Error cancelled{Error::Kind::Cancelled, u"The request was cancelled."_s};
    if (stop.stop_requested())
        co_return fail(cancelled);

    QElapsedTimer elapsed;
    elapsed.start();
    const ReplyPtr reply(start(networkFor(request), request));
    const Transfer transfer(reply.get(), request);
    co_await waitFor(transfer.done(), stop);
    if (stop.stop_requested())
        co_return fail(cancelled);

    const QString host = request.url.host();
    switch (transfer.cause()) {
    case Transfer::Cut::None:
        break;
    case Transfer::Cut::TimedOut:
        co_return fail(Error::Kind::Timeout,
                       u"%1 did not answer within %2 seconds."_s.arg(
                           host, QString::number(request.timeoutMs / 1000.0)),
                       u"Try again."_s);
    case Transfer::Cut::TooLong:
        co_return fail(Error::Kind::Upstream, u"The answer of %1 is longer than %2 bytes."_s.arg(
                                                  host, QString::number(request.maxBytes)));
    }
    if (!isAnswer(*reply))
        co_return fail(readFailure(*reply, host));

    ClientResponse response = transfer.head();
    response.body = reply->readAll();
    response.elapsedMs = static_cast<int>(elapsed.elapsed());
    co_return response;
}

} // namespace flaredeck::http
