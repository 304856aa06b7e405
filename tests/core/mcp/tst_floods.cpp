#include "core/mcp/sessions/clientinfo.h"
#include "mcpclient.h"
#include "statelessclient.h"
#include "tests/support/testcase.h"
#include "testserver.h"

#include <QFile>
#include <QRegularExpression>
#include <QTest>

#ifdef Q_OS_UNIX
#include <sys/resource.h>
#endif

namespace tst_floods {

using namespace flaredeck;
using namespace flaredeck::mcp;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr qint64 kMayGrowKiB = 512 * 1024; ///< the sanitizer holds back what was freed
#else
constexpr qint64 kMayGrowKiB = 32 * 1024;
#endif

/// Resident memory of this process, which holds server and client. 0 where the system does not say.
qint64 residentKiB()
{
    QFile status(QStringLiteral("/proc/self/status"));
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    static const QRegularExpression line(QStringLiteral("VmRSS:\\s+(\\d+)"));
    return line.match(QString::fromLatin1(status.readAll())).captured(1).toLongLong();
}

QByteArray headLines(const http::Headers &headers)
{
    QByteArray lines;
    for (const auto &[name, value] : headers.lines())
        lines += name + ": " + value + "\r\n";
    return lines;
}

} // namespace

/// Clients that send more than anybody should, or take nothing of what they are sent.
class TestFloods : public QObject
{
    Q_OBJECT

    static constexpr int kMany = 10'000;

    std::unique_ptr<TestServer> m_server;
    std::unique_ptr<McpClient> m_client;

    /// A POST of the session's client as bytes, for connections that send many at once.
    [[nodiscard]] QByteArray post(const QByteArray &body) const
    {
        return "POST /mcp HTTP/1.1\r\nHost: localhost:" + QByteArray::number(m_server->port()) +
               "\r\n" + headLines(m_client->headers()) +
               "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
    }

    /// Sends everything on one connection, and reads until `count` answers of this status are
    /// there.
    [[nodiscard]] bool pipeline(const QByteArray &bytes, const QByteArray &statusLine, int count,
                                QByteArray *received = nullptr) const
    {
        QTcpSocket socket;
        QByteArray answers;
        qsizetype seenUpTo = 0;
        int seen = 0;
        connect(&socket, &QTcpSocket::readyRead, &socket, [&] {
            answers += socket.readAll();
            for (qsizetype at = 0; (at = answers.indexOf(statusLine, seenUpTo)) >= 0; ++seen)
                seenUpTo = at + statusLine.size();
        });
        socket.connectToHost(QHostAddress(QHostAddress::LocalHost), m_server->port());
        socket.write(bytes);
        const bool all = QTest::qWaitFor([&] { return seen >= count; }, 60'000);
        if (received)
            *received = answers;
        return all && seen == count;
    }

private slots:
    void initTestCase()
    {
#ifdef Q_OS_UNIX
        // Both ends of each connection are here.
        rlimit files{};
        QCOMPARE(getrlimit(RLIMIT_NOFILE, &files), 0);
        files.rlim_cur = std::min<rlim_t>(files.rlim_max, 4096);
        QCOMPARE(setrlimit(RLIMIT_NOFILE, &files), 0);
#endif
    }

    void init()
    {
        m_server = std::make_unique<TestServer>();
        m_client = std::make_unique<McpClient>(m_server->port(), "alice");
        QVERIFY(m_client->open("2025-11-25"));
    }

    void cleanup()
    {
        m_client.reset();
        m_server.reset();
    }

    void manyPipelinedRequestsAreAnsweredInOrder()
    {
        QByteArray bytes;
        for (int i = 1; i <= kMany; ++i) {
            bytes += post(rpcMessage(i, "tools/call",
                                     {{"name", "add"}, {"arguments", {{"a", i}, {"b", 1}}}}));
        }
        QByteArray answers;
        QVERIFY(pipeline(bytes, "HTTP/1.1 200", kMany, &answers));
        qsizetype at = 0;
        for (int i = 1; i <= kMany; ++i) {
            const QByteArray sum = "{\"sum\":" + QByteArray::number(i + 1) + ".0}";
            at = answers.indexOf(sum, at);
            QVERIFY2(at >= 0, "the answers are not in order: " + sum);
        }
        QCOMPARE(m_client->call("add", {{"a", 1}, {"b", 1}}), QByteArray("2"));
    }

    void whoShowsNoTokenShutsNobodyOut_data()
    {
        QTest::addColumn<QByteArray>("lines");
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("600 silent connections") << QByteArray() << QByteArray();
        QTest::newRow("600 slow heads") << QByteArray("X: y") << QByteArray();
        QTest::newRow("600 slow bodies")
            << QByteArray("Content-Length: 9\r\n\r\n") << QByteArray("1");
        QTest::newRow("600 bodies one byte short")
            << QByteArray("Content-Length: 200000\r\n\r\n") << QByteArray(199'999, ' ');
    }

    void whoShowsNoTokenShutsNobodyOut()
    {
        QFETCH(QByteArray, lines);
        QFETCH(QByteArray, body);
        const auto stream = m_client->listen();
        QVERIFY(stream->waitForHead());
        // One copy, which the sockets share: what grows is what the server keeps.
        const QByteArray bytes =
            lines.isEmpty()
                ? QByteArray()
                : "POST /mcp HTTP/1.1\r\nHost: localhost:" + QByteArray::number(m_server->port()) +
                      "\r\n" + lines + body;
        const qint64 before = residentKiB();
        std::vector<std::unique_ptr<QTcpSocket>> strangers;
        for (int i = 0; i < 600; ++i) {
            strangers.push_back(std::make_unique<QTcpSocket>());
            strangers.back()->connectToHost(QHostAddress(QHostAddress::LocalHost),
                                            m_server->port());
            QVERIFY(strangers.back()->waitForConnected());
            strangers.back()->write(bytes);
            if (i % 16 == 0)
                QCoreApplication::processEvents();
        }
        QCOMPARE(m_client->call("add", {{"a", 1}, {"b", 1}}), QByteArray("2"));
        emit m_server->tools()->listChanged();
        QVERIFY(stream->waitForEvents(1));
        QVERIFY2(residentKiB() - before < kMayGrowKiB,
                 qPrintable(QString::number(residentKiB() - before)));
    }

    void aFloodOfNotificationsEndsNothing_data()
    {
        QTest::addColumn<QByteArray>("notification");
        QTest::newRow("unknown") << rpcMessage(nullptr, "notifications/nothing", {{"x", 1}});
        QTest::newRow("cancelling what never ran")
            << rpcMessage(nullptr, "notifications/cancelled", {{"requestId", 99}});
        QTest::newRow("initialized again") << rpcMessage(nullptr, "notifications/initialized");
    }

    void aFloodOfNotificationsEndsNothing()
    {
        QFETCH(QByteArray, notification);
        const QByteArray bytes = post(notification).repeated(kMany);
        const qint64 before = residentKiB();
        QVERIFY(pipeline(bytes, "HTTP/1.1 202", kMany));
        QCOMPARE(m_client->call("add", {{"a", 1}, {"b", 1}}), QByteArray("2"));
        // What the client itself sent and received is a few megabytes; nothing else may stay.
        QVERIFY2(residentKiB() - before < kMayGrowKiB,
                 qPrintable(QString::number(residentKiB() - before)));
    }

    void whatAClientSaysOfItselfIsCut()
    {
        MemoryStore store;
        TestServer server(&store);
        McpClient client(server.port(), "bob");
        Json params = initializeParams("2025-11-25");
        params["clientInfo"]["name"] =
            std::string(119, 'n') + "\U0001F600" + std::string(3'900'000, 'n');
        params["clientInfo"]["title"] = std::string(100'000, 't');
        params["clientInfo"]["version"] = std::string(100'000, '1');
        const auto opened = client.post(rpcMessage(1, "initialize", params));
        QVERIFY(opened->finish());
        QVERIFY(opened->json().contains("result"));
        // No character is divided.
        const QString shown = QString(119, u'n') + u' ' + QString(kMaxClientVersionLength, u'1');
        QCOMPARE(store.load().constFirst().clientInfo, shown);
        QCOMPARE(server.service().sessions().constFirst().clientInfo, shown);

        StatelessClient stateless(server.port(), "carol");
        Json claim = StatelessClient::claim();
        claim["io.modelcontextprotocol/clientInfo"] = params.at("clientInfo");
        const auto call = stateless.begin("tools/list", {{"_meta", claim}});
        QVERIFY(call->finish());
        const auto sessions = server.service().sessions();
        QVERIFY(std::any_of(sessions.begin(), sessions.end(), [&](const SessionInfo &one) {
            return one.grant.value == QStringLiteral("carol") && one.clientInfo == shown;
        }));
    }

    void whatAClientWouldHaveUsKeepIsRefusedWhenItIsHuge_data()
    {
        QTest::addColumn<QByteArray>("message");
        QTest::addColumn<int>("code");
        const std::string huge(100'000, 'x');
        QTest::newRow("a request id") << rpcMessage(huge, "ping") << rpc::kInvalidRequest;
        QTest::newRow("a progress token")
            << rpcMessage(1, "tools/call", {{"name", "add"}, {"_meta", {{"progressToken", huge}}}})
            << rpc::kInvalidParams;
        QTest::newRow("a level") << rpcMessage(1, "logging/setLevel", {{"level", huge}})
                                 << rpc::kInvalidParams;
        QTest::newRow("a resource to watch")
            << rpcMessage(1, "resources/subscribe", {{"uri", huge}}) << rpc::kInvalidParams;
    }

    void whatAClientWouldHaveUsKeepIsRefusedWhenItIsHuge()
    {
        QFETCH(QByteArray, message);
        QFETCH(int, code);
        const auto answer = m_client->post(message);
        QVERIFY(answer->finish());
        QCOMPARE(errorCode(answer->json()), code);
        QVERIFY(
            !QByteArray::fromStdString(answer->json().at("error").value("message", "")).isEmpty());
        QVERIFY(m_client->ask("ping").contains("result"));
    }

    void hugeCapabilitiesOpenNoSession()
    {
        McpClient client(m_server->port(), "bob");
        const auto opened = client.post(rpcMessage(
            1, "initialize",
            initializeParams("2025-11-25", {{"experimental", std::string(20'000, 'x')}})));
        QVERIFY(opened->finish());
        QCOMPARE(errorCode(opened->json()), rpc::kInvalidParams);
        QCOMPARE(m_server->service().sessions().size(), 1);
    }

    void listeningToHundredsOfThousandsIsRefused()
    {
        StatelessClient client(m_server->port(), "bob");
        const auto listen = [&client](int count, std::size_t length) {
            Json names = Json::array();
            for (int i = 0; i < count; ++i)
                names.push_back(std::to_string(i) + std::string(length, 'u'));
            return client.begin("subscriptions/listen",
                                {{"notifications", {{"resourceSubscriptions", names}}}});
        };
        for (const auto &[count, length] :
             {std::pair(300'000, 1), std::pair(257, 1), std::pair(10, 10'000)}) {
            const auto refused = listen(count, std::size_t(length));
            QVERIFY(refused->finish());
            QCOMPARE(errorCode(refused->json()), rpc::kInvalidParams);
        }
        const auto stream = listen(256, 100);
        QVERIFY(stream->waitForEvents(1));
    }

    void whoNeverReadsItsStreamLosesIt_data()
    {
        QTest::addColumn<bool>("stateless");
        QTest::newRow("GET stream") << false;
        QTest::newRow("subscriptions/listen") << true;
    }

    void whoNeverReadsItsStreamLosesIt()
    {
        QFETCH(bool, stateless);
        QVERIFY(m_client->ask("resources/subscribe", {{"uri", "demo:text"}}).contains("result"));
        QTRY_COMPARE(m_server->connections(), 0);
        QTcpSocket deaf;
        deaf.setReadBufferSize(1);
        deaf.connectToHost(QHostAddress(QHostAddress::LocalHost), m_server->port());
        QVERIFY(deaf.waitForConnected());
        if (stateless) {
            Json params{{"notifications", {{"resourceSubscriptions", {"demo:text"}}}}};
            params["_meta"] = StatelessClient::claim();
            const QByteArray body = rpcMessage(1, "subscriptions/listen", params);
            http::Headers headers = StatelessClient(m_server->port(), "alice").headers();
            headers.set("Mcp-Method", "subscriptions/listen");
            deaf.write("POST /mcp HTTP/1.1\r\nHost: localhost:" +
                       QByteArray::number(m_server->port()) + "\r\n" + headLines(headers) +
                       "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        } else {
            QVERIFY(
                m_client->ask("resources/subscribe", {{"uri", "demo:text"}}).contains("result"));
            deaf.write(
                "GET /mcp HTTP/1.1\r\nHost: localhost:" + QByteArray::number(m_server->port()) +
                "\r\n" + headLines(m_client->headers()) + "\r\n");
        }
        QTRY_VERIFY(deaf.bytesAvailable() > 0); // the stream is open

        QTest::ignoreMessage(QtWarningMsg,
                             QRegularExpression(QStringLiteral("stream.*(unread|read)")));
        const qint64 before = residentKiB();
        // Far more than the sockets' own buffers hold.
        const auto isOpen = [this] { return m_server->connections() > 0; };
        for (int told = 0; told < 400'000 && isOpen(); ++told) {
            emit m_server->resources().updated(QStringLiteral("demo:text"));
            if (told % 1000 == 0)
                QCoreApplication::processEvents();
        }
        QTRY_VERIFY(!isOpen());
        QVERIFY2(residentKiB() - before < kMayGrowKiB,
                 qPrintable(QString::number(residentKiB() - before)));
        QCOMPARE(m_client->call("add", {{"a", 1}, {"b", 1}}), QByteArray("2"));
    }
};

FLAREDECK_TEST(TestFloods)

} // namespace tst_floods

#include "tst_floods.moc"
