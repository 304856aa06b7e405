#include "core/oauth/consent/localaccess.h"
#include "tests/core/oauth/servertest.h"
#include "tests/support/testcase.h"

#include <QLocalSocket>
#include <QTemporaryDir>

namespace tst_localaccess {

using namespace flaredeck;
using namespace flaredeck::oauth;
using namespace Qt::Literals::StringLiterals;

/// One connection over the local socket.
class LocalClient
{
public:
    explicit LocalClient(const QString &path) { m_socket.connectToServer(path); }

    void send(const QByteArray &method, const QByteArray &path, const QByteArray &headers = {})
    {
        m_socket.write(method + ' ' + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers +
                       "Content-Length: 0\r\n\r\n");
    }
    /// The next answer; empty when none comes.
    QByteArray answer()
    {
        const auto isWhole = [this] {
            m_received += m_socket.readAll();
            const qsizetype head = m_received.indexOf("\r\n\r\n");
            if (head < 0)
                return false;
            const qsizetype at = m_received.indexOf("Content-Length: ");
            const qsizetype length =
                at < 0 || at > head ? 0 : m_received.mid(at + 16, 8).split('\r').first().toInt();
            return m_received.size() >= head + 4 + length;
        };
        return QTest::qWaitFor(isWhole) ? std::exchange(m_received, {}) : QByteArray();
    }
    QByteArray ask(const QByteArray &method, const QByteArray &path, const QByteArray &headers = {})
    {
        send(method, path, headers);
        return answer();
    }
    static int statusOf(const QByteArray &answer) { return answer.mid(9, 3).toInt(); }
    int status(const QByteArray &method, const QByteArray &path, const QByteArray &headers = {})
    {
        return statusOf(ask(method, path, headers));
    }
    void leave() { m_socket.abort(); }

private:
    QLocalSocket m_socket;
    QByteArray m_received;
};

class TestLocalAccess : public ServerTest
{
    Q_OBJECT

private slots:
    void init();
    void cleanup() { stop(); }
    void aProgramIsAskedForOnce();
    void nothingIsOpenBeforeThat();
    void onlyTheLocalSocketLeadsThere();
    void noIsNotAskedAgainAtOnce();
    void whoLeavesTakesTheQuestionAlong();
    void processesOfAProgramShareAQuestion();
    void whatIsTakenBackIsAskedForAnew();
    void aRestartAsksNobody();
    void aBlockedProgramIsRefused();
    void blockingFromTheQuestionHolds();
    void theServerMayGoInTheMiddle();

private:
    [[nodiscard]] QString socket() const { return m_dir.filePath(u"s"_s); }
    void allow()
    {
        m_server->prompter.atOnce =
            FakePrompter::allow({QStringLiteral("mcp:read"), QStringLiteral("workers:read")});
    }

    QTemporaryDir m_dir;
};

void TestLocalAccess::init()
{
#ifndef Q_OS_LINUX
    QSKIP("programs are told apart on Linux only, so far");
#endif
    start();
    QVERIFY(m_server->http.listenLocally(socket()));
}

void TestLocalAccess::aProgramIsAskedForOnce()
{
    allow();
    LocalClient first(socket());
    QCOMPARE(first.status("POST", LocalAccess::kPath), 204);
    QCOMPARE(first.status("POST", "/mcp"), 200);
    LocalClient second(socket());
    QCOMPARE(second.status("POST", "/mcp"), 200);
    QCOMPARE(second.status("POST", LocalAccess::kPath), 204);

    QCOMPARE(m_server->prompter.asked.size(), 1);
    const ConsentRequest &asked = m_server->prompter.asked.first();
    QCOMPARE(asked.program, QCoreApplication::applicationFilePath());
    QCOMPARE(asked.programPid, QCoreApplication::applicationPid());
    QCOMPARE(asked.clientName, u"oauth_tests"_s);
    QVERIFY(asked.isFileName);
    const QList<store::Grant> grants = m_server->oauth->liveGrants();
    QCOMPARE(grants.size(), 1);
    QVERIFY(grants.first().scopes.contains(u"workers:read"_s));
    const QList<store::Client> clients = m_server->oauth->clients();
    QCOMPARE(clients.size(), 1);
    QCOMPARE(clients.first().kind, store::ClientKind::Program);
}

void TestLocalAccess::nothingIsOpenBeforeThat()
{
    LocalClient client(socket());
    QCOMPARE(client.status("POST", "/mcp"), 401);
    QCOMPARE(client.status("POST", "/mcp", "Origin: http://localhost\r\n"), 403);
}

void TestLocalAccess::onlyTheLocalSocketLeadsThere()
{
    allow();
    const auto answer = m_browser->send("POST", m_browser->origin() + LocalAccess::kPath, {});
    QCOMPARE(answer.status, 404);
    QVERIFY(m_server->prompter.asked.isEmpty());
}

void TestLocalAccess::noIsNotAskedAgainAtOnce()
{
    ConsentAnswer no;
    no.reason = u"The person at the computer said no."_s;
    m_server->prompter.atOnce = no;
    LocalClient client(socket());
    const QByteArray first = client.ask("POST", LocalAccess::kPath);
    QCOMPARE(LocalClient::statusOf(first), 403);
    QVERIFY2(first.contains("said no"), first);
    QVERIFY(client.ask("POST", LocalAccess::kPath).contains("just said no"));
    QCOMPARE(m_server->prompter.asked.size(), 1);
    QCOMPARE(client.status("POST", "/mcp"), 401);
    m_server->clock.advance(61 * kSecond);
    QCOMPARE(client.status("POST", LocalAccess::kPath), 403);
    QCOMPARE(m_server->prompter.asked.size(), 2);
}

void TestLocalAccess::whoLeavesTakesTheQuestionAlong()
{
    LocalClient client(socket());
    client.send("POST", LocalAccess::kPath);
    QTRY_COMPARE(m_server->prompter.asked.size(), 1);
    client.leave();
    QTRY_COMPARE(m_server->prompter.withdrawn, QStringList{m_server->prompter.asked.first().id});
    LocalClient again(socket());
    again.send("POST", LocalAccess::kPath);
    QTRY_COMPARE(m_server->prompter.asked.size(), 2);
}

void TestLocalAccess::processesOfAProgramShareAQuestion()
{
    LocalClient one(socket());
    LocalClient other(socket());
    one.send("POST", LocalAccess::kPath);
    QTRY_COMPARE(m_server->prompter.asked.size(), 1);
    other.send("POST", LocalAccess::kPath);
    QVERIFY(!QTest::qWaitFor([this] { return m_server->prompter.asked.size() > 1; }, 100));
    m_server->prompter.answer(FakePrompter::allow());
    QCOMPARE(LocalClient::statusOf(one.answer()), 204);
    QCOMPARE(LocalClient::statusOf(other.answer()), 204);
    QCOMPARE(m_server->oauth->liveGrants().size(), 1);
}

void TestLocalAccess::whatIsTakenBackIsAskedForAnew()
{
    allow();
    LocalClient client(socket());
    QCOMPARE(client.status("POST", LocalAccess::kPath), 204);
    QVERIFY(m_server->oauth->revoke(m_server->oauth->liveGrants().first().id, u"test"_s));
    QCOMPARE(client.status("POST", "/mcp"), 401);
    QCOMPARE(client.status("POST", LocalAccess::kPath), 204);
    QCOMPARE(m_server->prompter.asked.size(), 2);
    QCOMPARE(client.status("POST", "/mcp"), 200);
    QCOMPARE(m_server->oauth->liveGrants().size(), 1);
}

void TestLocalAccess::aRestartAsksNobody()
{
    allow();
    {
        LocalClient client(socket());
        QCOMPARE(client.status("POST", LocalAccess::kPath), 204);
    }
    m_server->restart();
    LocalClient client(socket());
    QCOMPARE(client.status("POST", "/mcp"), 401);
    QCOMPARE(client.status("POST", LocalAccess::kPath), 204);
    QCOMPARE(client.status("POST", "/mcp"), 200);
    QCOMPARE(m_server->prompter.asked.size(), 1);
}

void TestLocalAccess::aBlockedProgramIsRefused()
{
    allow();
    LocalClient client(socket());
    QCOMPARE(client.status("POST", LocalAccess::kPath), 204);
    const ClientId id = m_server->oauth->clients().first().id;
    QVERIFY(m_server->oauth->blockClient(id));
    QCOMPARE(client.status("POST", "/mcp"), 401);
    const QByteArray refused = client.ask("POST", LocalAccess::kPath);
    QCOMPARE(LocalClient::statusOf(refused), 403);
    QVERIFY2(refused.contains("unblock it"), refused);
    QVERIFY(m_server->oauth->unblockClient(id));
    QCOMPARE(client.status("POST", LocalAccess::kPath), 204);
}

void TestLocalAccess::blockingFromTheQuestionHolds()
{
    ConsentAnswer no;
    no.blocks = true;
    m_server->prompter.atOnce = no;
    LocalClient client(socket());
    QCOMPARE(client.status("POST", LocalAccess::kPath), 403);
    QCOMPARE(m_server->oauth->clients().size(), 1);
    QVERIFY(m_server->oauth->clients().first().isBlocked());
    QVERIFY(client.ask("POST", LocalAccess::kPath).contains("unblock it"));
}

void TestLocalAccess::theServerMayGoInTheMiddle()
{
    LocalClient client(socket());
    client.send("POST", LocalAccess::kPath);
    QTRY_COMPARE(m_server->prompter.asked.size(), 1);
    stop();
}

FLAREDECK_TEST(TestLocalAccess)

} // namespace tst_localaccess

#include "tst_localaccess.moc"
