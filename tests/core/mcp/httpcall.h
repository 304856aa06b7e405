#pragma once

#include "core/base/json.h"
#include "core/http/httpmessage.h"

#include <QTcpSocket>

struct SseEvent {
    QByteArray name;
    QByteArray data;
    QByteArray id;
};

/// One HTTP request on a connection of its own, for tests that care about every header line. Reads
/// the answer as it comes, so that a stream can be watched while it is open.
class HttpCall : public QObject
{
    Q_OBJECT

public:
    HttpCall(quint16 port, const QByteArray &method, const QByteArray &target,
             const flaredeck::http::Headers &headers, const QByteArray &body = {});

    /// These bytes, which are a whole request.
    HttpCall(quint16 port, const QByteArray &request);

    /// Waits for the end of the answer; false when it does not come.
    bool finish();
    /// Waits for the head only.
    bool waitForHead();
    /// Waits until at least `count` events came.
    bool waitForEvents(int count);
    /// Ends the connection as a client that leaves.
    void hangUp() { m_socket.abort(); }

    [[nodiscard]] int status() const { return m_status; } ///< 0 before the head came
    [[nodiscard]] QByteArray header(const QByteArray &name) const { return m_headers.value(name); }
    [[nodiscard]] qsizetype headerCount(const QByteArray &name) const
    {
        return m_headers.count(name);
    }
    [[nodiscard]] QByteArray body() const { return m_body; }
    [[nodiscard]] flaredeck::Json json() const;
    [[nodiscard]] QList<SseEvent> events() const;
    /// The data of an event as JSON.
    [[nodiscard]] flaredeck::Json event(int index) const;
    [[nodiscard]] bool isStream() const { return header("Content-Type") == "text/event-stream"; }
    [[nodiscard]] bool isFinished() const { return m_finished; }
    [[nodiscard]] quint16 localPort() const { return m_socket.localPort(); }

private:
    void connectTo(quint16 port);
    void read();
    void readHead();
    void readBody();

    QTcpSocket m_socket;
    QByteArray m_received; ///< not yet understood
    int m_status = 0;
    flaredeck::http::Headers m_headers;
    QByteArray m_body;
    bool m_finished = false;
};
