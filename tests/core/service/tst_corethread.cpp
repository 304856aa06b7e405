#include "core/base/whendone.h"
#include "core/service/corethread.h"

#include "core/store/history/history.h"
#include "oauthclient.h"
#include "readyprompter.h"
#include "tests/core/mcp/mcpclient.h"
#include "tests/support/testcase.h"

#include <QFutureWatcher>
#include <QSignalSpy>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

#include <thread>

namespace tst_corethread {

using namespace flaredeck;
using namespace flaredeck::service;
using namespace Qt::StringLiterals;

namespace {

/// One request on a kept-alive connection, without an event loop. Empty when no answer comes.
QByteArray exchangeBlocking(QTcpSocket &socket, const QByteArray &request)
{
    constexpr int kPatienceMs = 5000;
    socket.write(request);
    QByteArray answer;
    while (!answer.contains("\"id\":")) {
        if (!socket.waitForReadyRead(kPatienceMs))
            return {};
        answer += socket.readAll();
    }
    return answer;
}

} // namespace

class TestCoreThread : public QObject
{
    Q_OBJECT

private slots:
    void init();

    void aStalledWindowDelaysNoCall();
    void answersArriveOnTheAskingThread();
    void aStepwiseQuestionIsAnsweredToo();
    void whatIsAskedAfterTheEndIsNeverAnswered();
    void changesArriveAsValues();
    void withoutSnapshotsClientsAreServedAllTheSame();
    void aCoreThatCannotStartSaysWhy();
    void everyCallIsOnDiskWhenItHasStopped();

private:
    void start();

    std::unique_ptr<QTemporaryDir> m_dir;
    test::ReadyPrompter m_person;
    Options m_options;
    std::unique_ptr<CoreThread> m_thread;
};

void TestCoreThread::init()
{
    m_thread.reset();
    m_dir = std::make_unique<QTemporaryDir>();
    m_options = {};
    m_options.dataDir = {m_dir->path()};
    m_options.port = 0;
    m_options.sandbox = true;
    m_options.autoApprove = true;
    m_options.sessionOnlyWithoutKeychain = true;
}

void TestCoreThread::start()
{
    m_thread = std::make_unique<CoreThread>();
    const auto started = m_thread->start(m_options, m_person);
    QVERIFY2(started, started ? "" : qPrintable(started.error().text()));
    QVERIFY(m_thread->snapshot());
    QTRY_COMPARE(m_thread->snapshot()->server.state, ServerState::Listening);
    QTRY_COMPARE_WITH_TIMEOUT(m_thread->snapshot()->keyState == store::KeyState::Opening, false,
                              30'000);
}

void TestCoreThread::aStalledWindowDelaysNoCall()
{
    start();
    const quint16 port = m_thread->snapshot()->server.port;
    test::OAuthClient client(port);
    QVERIFY(client.signIn());
    McpClient session(port, client.token());
    QVERIFY(session.open("2025-11-25"));

    constexpr int kCalls = 200;
    int answered = 0;
    std::thread program([&, sessionId = session.sessionId(), token = client.token()] {
        QTcpSocket socket;
        socket.connectToHost(QHostAddress::LocalHost, port);
        if (!socket.waitForConnected())
            return;
        const QByteArray body =
            rpcMessage(7, "tools/call", {{"name", "add"}, {"arguments", {{"a", 23}, {"b", 19}}}});
        const QByteArray request =
            "POST /mcp HTTP/1.1\r\nHost: localhost:" + QByteArray::number(port) +
            "\r\nAuthorization: Bearer " + token +
            "\r\nAccept: application/json, text/event-stream\r\nContent-Type: application/json"
            "\r\nMcp-Session-Id: " +
            sessionId + "\r\nMCP-Protocol-Version: 2025-11-25\r\nContent-Length: " +
            QByteArray::number(body.size()) + "\r\n\r\n" + body;
        for (int i = 0; i < kCalls; ++i) {
            if (!exchangeBlocking(socket, request).contains("42"))
                return;
            ++answered;
        }
    });
    // The thread of the window does nothing else until the program has all its answers.
    program.join();
    QCOMPARE(answered, kCalls);
}

void TestCoreThread::answersArriveOnTheAskingThread()
{
    start();
    QThread *answeredOn = nullptr;
    QThread *workedOn = nullptr;
    whenDone(m_thread->ask([&workedOn](Commands &) {
        workedOn = QThread::currentThread();
        return 23 + 19;
    }),
             this, [&answeredOn](int answer) {
                 QCOMPARE(answer, 42);
                 answeredOn = QThread::currentThread();
             });
    QTRY_COMPARE(answeredOn, QThread::currentThread());
    QVERIFY(workedOn && workedOn != answeredOn);
}

void TestCoreThread::aStepwiseQuestionIsAnsweredToo()
{
    start();
    std::optional<Result<store::Login>> answer;
    whenDone(m_thread->ask(&Commands::addApiToken, Secret("not a token")), this,
             [&answer](const Result<store::Login> &result) { answer = result; });
    QTRY_VERIFY(answer);
    QVERIFY(!*answer);
}

void TestCoreThread::whatIsAskedAfterTheEndIsNeverAnswered()
{
    start();
    m_thread->stop();
    const QFuture<int> future = m_thread->ask([](Commands &) { return 1; });
    QVERIFY(future.isFinished());
    QVERIFY(future.isCanceled());
}

void TestCoreThread::changesArriveAsValues()
{
    start();
    QSignalSpy changed(m_thread.get(), &CoreThread::changed);
    test::OAuthClient client(m_thread->snapshot()->server.port, u"probe"_s);
    QVERIFY(client.signIn());
    QTRY_COMPARE(m_thread->snapshot()->grants.size(), 1);
    QVERIFY(!changed.isEmpty());
    QCOMPARE(m_thread->snapshot()->clients.at(0).client.name, u"probe"_s);
}

void TestCoreThread::withoutSnapshotsClientsAreServedAllTheSame()
{
    CoreThread thread;
    QSignalSpy server(&thread, &CoreThread::serverChanged);
    QSignalSpy changed(&thread, &CoreThread::changed);
    QVERIFY(thread.start(m_options, m_person, CoreThread::Snapshots::None));
    QTRY_COMPARE(server.size(), 1);
    const auto view = server.constFirst().constFirst().value<ServerView>();
    QCOMPARE(view.state, ServerState::Listening);
    test::OAuthClient client(view.port);
    QVERIFY(client.signIn());
    McpClient session(view.port, client.token());
    QVERIFY(session.open("2025-11-25"));
    QCOMPARE(session.call("add", {{"a", 23}, {"b", 19}}), "42"_ba);
    thread.stop();
    QVERIFY(changed.isEmpty());
    QVERIFY(!thread.snapshot());
}

void TestCoreThread::aCoreThatCannotStartSaysWhy()
{
    QVERIFY(QDir(m_dir->path()).mkdir(u"vault.db"_s));
    CoreThread thread;
    const auto started = thread.start(m_options, m_person);
    QVERIFY(!started);
    QVERIFY(started.error().text().contains(u"vault.db"_s));
}

void TestCoreThread::everyCallIsOnDiskWhenItHasStopped()
{
    start();
    const quint16 port = m_thread->snapshot()->server.port;
    test::OAuthClient client(port);
    QVERIFY(client.signIn());
    McpClient session(port, client.token());
    QVERIFY(session.open("2025-11-25"));
    for (int i = 0; i < 20; ++i)
        session.call("add", {{"a", i}, {"b", 1}});
    m_thread->stop();
    store::HistoryReader reader(m_options.dataDir.historyFile());
    QCOMPARE(reader.count({}).value_or(-1), 20);
}

FLAREDECK_TEST(TestCoreThread)

} // namespace tst_corethread

#include "tst_corethread.moc"
