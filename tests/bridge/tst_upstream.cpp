#include "bridge/upstream.h"
#include "tests/support/testcase.h"

#include <QLocalServer>
#include <QTemporaryDir>

namespace tst_upstream {

using namespace flaredeck::bridge;
using namespace Qt::Literals::StringLiterals;
using End = UpstreamCall::End;

/// Says what it is told to, and keeps what it heard.
class Speaker : public QObject
{
public:
    explicit Speaker(const QString &path)
    {
        QVERIFY2(m_server.listen(path), qPrintable(m_server.errorString()));
        connect(&m_server, &QLocalServer::newConnection, this, [this] {
            QLocalSocket *socket = m_server.nextPendingConnection();
            sockets << socket;
            connect(socket, &QLocalSocket::readyRead, this,
                    [this, socket] { heard += socket->readAll(); });
        });
    }
    void say(const QByteArray &bytes) { sockets.last()->write(bytes); }

    QByteArray heard;
    QList<QLocalSocket *> sockets;

private:
    QLocalServer m_server;
};

class TestUpstream : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void readsABody_data();
    void readsABody();
    void readsEventsInAnyPieces();
    void aConnectionIsUsedAgain();
    void aConnectionThatIsClosingLosesNoCall();
    void theSecondPlaceIsTried();
    void nobodyThereIsSaid();
    void lossIsSaid_data();
    void lossIsSaid();
    void anAbortedCallSaysNothing();
    void aCallMayBeAbortedByItsOwnEvent();
    void whatIsPausedArrivesLater();

private:
    UpstreamCall *send(const QByteArray &method = "POST")
    {
        UpstreamCall *call = m_upstream->send(method, "/mcp", {}, "{}");
        connect(call, &UpstreamCall::message, this,
                [this](const QByteArray &data) { m_messages << data; });
        connect(call, &UpstreamCall::ended, this, [this, call](End how) {
            m_ends << how;
            m_status = call->status();
            m_body = call->body();
            m_lastEventId = call->lastEventId();
        });
        return call;
    }

    QTemporaryDir m_dir;
    std::unique_ptr<Speaker> m_app;
    std::unique_ptr<Upstream> m_upstream;
    QList<QByteArray> m_messages;
    QList<End> m_ends;
    int m_status = 0;
    QByteArray m_body;
    QByteArray m_lastEventId;
};

void TestUpstream::init()
{
    const QString path = m_dir.filePath(u"s"_s);
    QLocalServer::removeServer(path);
    m_app = std::make_unique<Speaker>(path);
    m_upstream = std::make_unique<Upstream>(QStringList{m_dir.filePath(u"none"_s), path});
    m_messages.clear();
    m_ends.clear();
}

void TestUpstream::cleanup()
{
    m_upstream.reset();
    m_app.reset();
}

void TestUpstream::readsABody_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("by length") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
                               << 200 << QByteArray("hello");
    QTest::newRow("none") << QByteArray("HTTP/1.1 204 No Content\r\n\r\n") << 204 << QByteArray();
    QTest::newRow("accepted") << QByteArray("HTTP/1.1 202 Accepted\r\n\r\n") << 202 << QByteArray();
    QTest::newRow("chunks") << QByteArray("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                          "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n")
                            << 200 << QByteArray("hello");
    QTest::newRow("large") << "HTTP/1.1 200 OK\r\nContent-Length: 4000000\r\n\r\n" +
                                  QByteArray(4'000'000, 'x')
                           << 200 << QByteArray(4'000'000, 'x');
}

void TestUpstream::readsABody()
{
    QFETCH(const QByteArray, answer);
    send();
    QTRY_VERIFY(m_app->heard.endsWith("\r\n\r\n{}"));
    m_app->say(answer);
    QTRY_COMPARE(m_ends, QList<End>{End::Complete});
    QTEST(m_status, "status");
    QTEST(m_body, "body");
}

void TestUpstream::readsEventsInAnyPieces()
{
    const QByteArray events = ": keepalive\n\nid: s/1\ndata: \n\nid: s/2\ndata: {\"a\":1}\n\n"
                              "data:two\ndata: lines\n\n";
    QByteArray answer =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (qsizetype at = 0; at < events.size(); at += 7) {
        const QByteArray piece = events.mid(at, 7);
        answer += QByteArray::number(piece.size(), 16) + "\r\n" + piece + "\r\n";
    }
    answer += "0\r\n\r\n";
    send();
    QTRY_VERIFY(m_app->heard.endsWith("{}"));
    for (const char byte : answer) {
        m_app->say(QByteArray(1, byte));
        m_app->sockets.last()->flush();
        QCoreApplication::processEvents();
    }
    QTRY_COMPARE(m_ends, QList<End>{End::Complete});
    QCOMPARE(m_messages, (QList<QByteArray>{"{\"a\":1}", "two\nlines"}));
    QCOMPARE(m_lastEventId, QByteArray("s/2"));
}

void TestUpstream::aConnectionIsUsedAgain()
{
    for (int i = 1; i <= 3; ++i) {
        send();
        QTRY_COMPARE(m_app->heard.count("POST /mcp"), i);
        m_app->say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
        QTRY_COMPARE(m_ends.size(), i);
    }
    QCOMPARE(m_app->sockets.size(), 1);
    send();
    send(); // at the same time
    QTRY_COMPARE(m_app->sockets.size(), 2);
}

void TestUpstream::aConnectionThatIsClosingLosesNoCall()
{
    send();
    QTRY_VERIFY(m_app->heard.endsWith("{}"));
    m_app->say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    m_app->sockets.last()->flush();
    // The next call is made as soon as the answer is here.
    m_app->sockets.last()->disconnectFromServer();
    QTRY_COMPARE(m_ends.size(), 1);
    send();
    QTRY_VERIFY(m_ends.size() == 2 || m_app->sockets.size() == 2);
    if (m_ends.size() == 2)
        QVERIFY(m_ends.last() != End::Complete);
}

void TestUpstream::theSecondPlaceIsTried()
{
    send();
    QTRY_COMPARE(m_app->sockets.size(), 1); // the first of init() is not there
}

void TestUpstream::nobodyThereIsSaid()
{
    m_app.reset();
    send();
    QTRY_COMPARE(m_ends, QList<End>{End::Unreachable});
}

void TestUpstream::lossIsSaid_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::newRow("before the head") << QByteArray();
    QTest::newRow("in the head") << QByteArray("HTTP/1.1 200 O");
    QTest::newRow("in the body") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel");
    QTest::newRow("in a chunk") << QByteArray(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhel");
    QTest::newRow("a head without end") << QByteArray(100'000, 'x');
}

void TestUpstream::lossIsSaid()
{
    QFETCH(const QByteArray, answer);
    send();
    QTRY_VERIFY(m_app->heard.endsWith("{}"));
    m_app->say(answer);
    m_app->sockets.last()->disconnectFromServer();
    QTRY_COMPARE(m_ends, QList<End>{End::Lost});
}

void TestUpstream::anAbortedCallSaysNothing()
{
    UpstreamCall *call = send();
    QTRY_COMPARE(m_app->sockets.size(), 1);
    call->abort();
    QTRY_COMPARE(m_app->sockets.first()->state(), QLocalSocket::UnconnectedState);
    UpstreamCall *unsent = send();
    unsent->abort();
    QVERIFY(m_ends.isEmpty());
    QCOMPARE(m_upstream->busy(), 0);
}

void TestUpstream::aCallMayBeAbortedByItsOwnEvent()
{
    UpstreamCall *call = send();
    connect(call, &UpstreamCall::message, call, [call] { call->abort(); });
    QTRY_VERIFY(m_app->heard.endsWith("{}"));
    m_app->say("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked"
               "\r\n\r\n14\r\ndata: 1\n\ndata: 2\n\n..\r\n0\r\n\r\n");
    QTRY_COMPARE(m_app->sockets.first()->state(), QLocalSocket::UnconnectedState);
    QCOMPARE(m_messages, QList<QByteArray>{"1"});
    QVERIFY(m_ends.isEmpty());
}

void TestUpstream::whatIsPausedArrivesLater()
{
    send();
    QTRY_VERIFY(m_app->heard.endsWith("{}"));
    m_upstream->setPaused(true);
    m_app->say("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + QByteArray(1'000'000, 'x'));
    QVERIFY(!QTest::qWaitFor([this] { return !m_ends.isEmpty(); }, 100));
    m_upstream->setPaused(false);
    QTRY_COMPARE(m_ends, QList<End>{End::Complete});
    QCOMPARE(m_body.size(), 1'000'000);
}

FLAREDECK_TEST(TestUpstream)

} // namespace tst_upstream

#include "tst_upstream.moc"
