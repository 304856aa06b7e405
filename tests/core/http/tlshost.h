#pragma once

#include <QHash>
#include <QList>
#include <QPointer>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslServer>
#include <QSslSocket>

namespace flaredeck::http {

/// The web site client.example on a port of this computer, with a certificate that this process
/// trusts as long as the object lives. Answers each path with the bytes that the test put there.
class TlsHost : public QObject
{
public:
    TlsHost()
        : m_before(QSslConfiguration::defaultConfiguration())
    {
        // Made for these tests and for no name that exists (RFC 2606 §3).
        const QSslCertificate certificate(QByteArray::fromBase64(kCertificate), QSsl::Der);
        const QSslKey key(QByteArray::fromBase64(kKey), QSsl::Ec, QSsl::Der);
        QSslConfiguration server = m_before;
        server.setLocalCertificate(certificate);
        server.setPrivateKey(key);
        server.setPeerVerifyMode(QSslSocket::VerifyNone);
        m_server.setSslConfiguration(server);
        QSslConfiguration trusting = m_before;
        trusting.addCaCertificate(certificate);
        QSslConfiguration::setDefaultConfiguration(trusting);

        connect(&m_server, &QTcpServer::pendingConnectionAvailable, this, &TlsHost::accept);
        if (certificate.isNull() || key.isNull() || !m_server.listen(QHostAddress::LocalHost))
            qFatal("cannot serve client.example");
    }
    ~TlsHost() override { QSslConfiguration::setDefaultConfiguration(m_before); }

    [[nodiscard]] quint16 port() const { return m_server.serverPort(); }
    [[nodiscard]] QByteArray url(const QByteArray &path) const
    {
        return "https://client.example:" + QByteArray::number(port()) + path;
    }

    void serve(const QByteArray &path, const QByteArray &body, const QByteArray &headers = {},
               const QByteArray &status = "200 OK")
    {
        answers[path] = "HTTP/1.1 " + status +
                        "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n" +
                        headers + "\r\n" + body;
    }
    void serveJson(const QByteArray &path, const QByteArray &body, const QByteArray &headers = {})
    {
        serve(path, body, "Content-Type: application/json\r\n" + headers);
    }

    QHash<QByteArray, QByteArray> answers; ///< complete; a path without one is never answered
    QList<QByteArray> requests;            ///< their heads
    int connections = 0;                   ///< with a finished handshake

private:
    void accept()
    {
        while (auto *socket = qobject_cast<QSslSocket *>(m_server.nextPendingConnection())) {
            ++connections;
            connect(socket, &QIODevice::readyRead, this, [this, socket] { read(socket); });
            read(socket);
        }
    }
    void read(QSslSocket *socket)
    {
        const QByteArray seen = socket->peek(64 * 1024);
        const auto end = seen.indexOf("\r\n\r\n");
        if (end < 0)
            return;
        const QByteArray head = socket->read(end + 4);
        requests << head;
        const auto answer = answers.constFind(head.split(' ').value(1));
        if (answer != answers.constEnd())
            socket->write(*answer);
    }

    static constexpr const char *kCertificate =
        "MIIBljCCATugAwIBAgIBATAKBggqhkjOPQQDAjAZMRcwFQYDVQQDDA5jbGllbnQu"
        "ZXhhbXBsZTAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowGTEXMBUG"
        "A1UEAwwOY2xpZW50LmV4YW1wbGUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASS"
        "0WV9wjRjMVRYv1bFowl2XFAQ08osCWX139pKtnv1IoHIOyYzR48wJbQfBFzQNECP"
        "Ti7VZj5Lg60sJKRVlS5Io3IwcDAPBgNVHRMBAf8EBTADAQH/MBkGA1UdEQQSMBCC"
        "DmNsaWVudC5leGFtcGxlMA4GA1UdDwEB/wQEAwIChDATBgNVHSUEDDAKBggrBgEF"
        "BQcDATAdBgNVHQ4EFgQUT7mIhoIX5uLFF+589d8BEDL7lyIwCgYIKoZIzj0EAwID"
        "SQAwRgIhAJWY1BxFohFGr9eg8NAQGi9JLXPSxQVwad++wW/3ATlnAiEAm3GQGg1b"
        "U1gV/r2IrKNw7FQMMi0QkY/vzkljp5xykZI=";
    static constexpr const char *kKey =
        "MHcCAQEEIB3PUJD4sllI7x3pnngm6WK4L8UJggexpskoQj26QUBwoAoGCCqGSM49"
        "AwEHoUQDQgAEktFlfcI0YzFUWL9WxaMJdlxQENPKLAll9d/aSrZ79SKByDsmM0eP"
        "MCW0HwRc0DRAj04u1WY+S4OtLCSkVZUuSA==";

    QSslConfiguration m_before;
    QSslServer m_server;
};

} // namespace flaredeck::http
