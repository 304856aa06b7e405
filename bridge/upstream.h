#pragma once

#include <QHash>
#include <QLocalSocket>
#include <QObject>
#include <QTimer>

#include <memory>
#include <vector>

namespace flaredeck::bridge {

/// One HTTP request to the app over the local socket, and its answer while it arrives.
class UpstreamCall : public QObject
{
    Q_OBJECT

public:
    enum class End {
        Complete,
        Lost,        ///< the app ended, or closed the connection, before the answer was complete
        Unreachable, ///< nobody listens
    };

    /// Stops listening to it; the app sees the connection close.
    void abort();

    [[nodiscard]] int status() const { return m_status; }
    [[nodiscard]] QByteArray header(const QByteArray &name) const
    {
        return m_headers.value(name.toLower());
    }
    [[nodiscard]] bool isStream() const
    {
        return header("content-type").startsWith("text/event-stream");
    }
    /// Of an answer that is no stream.
    [[nodiscard]] const QByteArray &body() const { return m_body; }
    [[nodiscard]] const QByteArray &lastEventId() const { return m_lastEventId; }

signals:
    void message(const QByteArray &data); ///< an event of a stream
    void ended(flaredeck::bridge::UpstreamCall::End how);

private:
    friend class Upstream;

    explicit UpstreamCall(QByteArray request)
        : m_request(std::move(request))
    {
    }
    void readHead(const QByteArray &head);
    void take(const QByteArray &bytes);
    void takeLine(const QByteArray &line);

    const QByteArray m_request;
    int m_status = 0; ///< 0 = no head has come
    QHash<QByteArray, QByteArray> m_headers;
    QByteArray m_body;
    QByteArray m_line;  ///< of a stream, unfinished
    QByteArray m_event; ///< data of the event that is arriving
    QByteArray m_lastEventId;
    bool m_isAborted = false;
};

/// The app, as its HTTP server over the local socket (RFC 9112). Connections are kept for the next
/// request for a moment.
class Upstream : public QObject
{
    Q_OBJECT

public:
    explicit Upstream(QStringList sockets, QObject *parent = nullptr);
    ~Upstream() override;

    using Headers = QList<std::pair<QByteArray, QByteArray>>;
    /// The call lives until it has ended, and is the upstream's.
    UpstreamCall *send(const QByteArray &method, const QByteArray &path, const Headers &headers,
                       const QByteArray &body = {});
    /// Whether anything is read from the app.
    void setPaused(bool paused);
    [[nodiscard]] qsizetype busy() const; ///< calls that have not ended

private:
    struct Link;
    void open(Link &link, qsizetype place);
    void read(Link &link, bool evenPaused = false);
    void readAll();
    [[nodiscard]] bool readBody(Link &link);
    void finish(Link &link, UpstreamCall::End how);
    void drop(Link &link);
    [[nodiscard]] Link *linkOf(const UpstreamCall &call);
    [[nodiscard]] Link *linkWith(const QLocalSocket *socket);

    const QStringList m_sockets; ///< where the app may listen, the best first
    std::vector<std::unique_ptr<Link>> m_links;
    QTimer m_idle;
    bool m_isPaused = false;

    friend class UpstreamCall;
};

} // namespace flaredeck::bridge
