#include "core/oauth/consent/flows.h"
#include "core/oauth/consent/requester.h"
#include "core/store/audit/auditreader.h"
#include "tests/core/oauth/servertest.h"
#include "tests/core/oauth/thief.h"
#include "tests/support/testcase.h"

#include <QProcess>
#include <QTcpSocket>

#include <unistd.h>

namespace tst_whoasks {

using namespace flaredeck;
using namespace flaredeck::oauth;
using namespace Qt::Literals::StringLiterals;

namespace {

/// A client in a program of its own, as real ones are: this one only listens and notes what came.
class Callback
{
public:
    Callback()
    {
        if (!m_server.listen(QHostAddress::LocalHost))
            qFatal("no port is free");
        QObject::connect(&m_server, &QTcpServer::newConnection, &m_server, [this] {
            QTcpSocket *const socket = m_server.nextPendingConnection();
            QObject::connect(socket, &QTcpSocket::readyRead, socket, [this, socket] {
                received += socket->readAll();
                socket->write("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n");
            });
        });
    }
    [[nodiscard]] quint16 port() const { return m_server.serverPort(); }
    QByteArray status = "200 OK";
    QByteArray received;

private:
    QTcpServer m_server;
};

} // namespace

/// Who sent /authorize, and who gets the code.
class TestWhoAsks : public ServerTest
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
#ifndef Q_OS_LINUX
        QSKIP("programs are told apart on Linux only, so far");
#endif
    }
    void init()
    {
        start();
    }
    void cleanup()
    {
        stop();
    }
    void aSecondProgramDoesNotJoinTheQuestion();
    void whoeverAsksIsShownAndRecorded();
    void theCodeGoesToTheListenerAndNotToWhoAsked();
    void aClientThatAsksByItselfIsAnsweredThere();
    void aClientThatReportsAnErrorIsTold();
    void aLateYesServesOnlyWhoAsked();
    void theSameAddressAskedTwiceCostsTheVictimNothing();
    void oneYesToTwinsIsEnough();
    void oneProgramCannotAskOnAndOn();
    void whereNothingTellsWhoTheClientIsTheListenerIsAwaited();
    void aBrowserIsKnownByWhereItIsInstalled_data();
    void aBrowserIsKnownByWhereItIsInstalled();
    void aPageWaitsForItsAnswerInTheBrowser();
    void peersOfAnotherUserAreRefusedOnEveryPath();

private:
    [[nodiscard]] FakePrompter &person() const
    {
        return m_server->prompter;
    }
    /// A client that listens outside of this test's OAuthClient, which is told its port.
    static void moveTo(OAuthClient &client, const Callback &callback)
    {
        client.stopListening();
        client.port = callback.port();
    }
    /// Where the tab shall go, which it is told once.
    /// Where the tab is sent at last. It names the state that it has seen, as the page does: who
    /// asks without end is told to ask less.
    QByteArray nextOf(const QByteArray &status)
    {
        QByteArray address = status;
        QByteArray next;
        const bool came = QTest::qWaitFor(
            [&] {
                const auto answer = m_browser->get(address);
                next = Browser::text(answer, "next");
                address = status.left(status.indexOf('=') + 1) + Browser::text(answer, "state");
                return !next.isEmpty();
            },
            30'000);
        return came ? next : QByteArray();
    }
    [[nodiscard]] QStringList outcomes(QLatin1StringView event) const
    {
        QStringList found;
        auto reader = store::AuditReader::open(m_server->vault.file());
        const auto rows = reader->rows(0, 100);
        for (const store::AuditRow &row : *rows) {
            if (row.event == event)
                found << row.outcome;
        }
        return found;
    }
};

void TestWhoAsks::aSecondProgramDoesNotJoinTheQuestion()
{
    const OAuthClient victim(*m_browser);
    const auto page = m_browser->get(victim.authorizeUrl(), "text/html");
    QCOMPARE(person().asked.size(), 1);
    Thief thief;
    const QByteArray answer =
        thief.ask(m_browser->origin(), victim.authorizeUrl({}, QByteArray(43, 't')));
    QCOMPARE(person().asked.size(), 2);
    QVERIFY(person().asked.at(0).checkPhrase != person().asked.at(1).checkPhrase);
    QVERIFY(answer.contains(person().asked.at(1).checkPhrase.toUtf8()));
    QVERIFY(!answer.contains(person().asked.at(0).checkPhrase.toUtf8()));

    // One yes is one grant.
    person().answerFirst(FakePrompter::allow());
    const QByteArray status = flowPathIn(page) + "/status?seen=consent";
    QVERIFY(nextOf(status).contains("code="));
    QCOMPARE(outcomes("consented"_L1).size(), 1);
}

void TestWhoAsks::whoeverAsksIsShownAndRecorded()
{
    const OAuthClient victim(*m_browser);
    Thief thief;
    thief.ask(m_browser->origin(), victim.authorizeUrl({}, QByteArray(43, 't')));
    QCOMPARE(person().asked.size(), 1);
    const ConsentRequest asked = person().asked.first();
    QCOMPARE(asked.program, QCoreApplication::applicationFilePath()); // it listens
    QCOMPARE(asked.askerKind, ConsentRequest::Asker::Program);
    QCOMPARE(asked.asker, thief.executable());
    QVERIFY(asked.askerPid > 0);
    QVERIFY(!asked.askerParent.isEmpty());
    QVERIFY(!asked.answersAsker);
    person().answerFirst(FakePrompter::allow());
    QTRY_COMPARE(outcomes("consented"_L1).size(), 1);
    QVERIFY(outcomes("consented"_L1).first().contains(thief.executable()));
}

void TestWhoAsks::theCodeGoesToTheListenerAndNotToWhoAsked()
{
    OAuthClient victim(*m_browser);
    Callback callback;
    moveTo(victim, callback);
    Thief thief;
    QByteArray page = thief.ask(m_browser->origin(), victim.authorizeUrl({}, QByteArray(43, 't')));
    person().answerFirst(FakePrompter::allow());
    QTRY_VERIFY(callback.received.contains("GET /cb?code=cfl_ac_"));
    QVERIFY(callback.received.contains("&state=s%2B1&iss="));
    // What the thief is told later holds nothing that could be redeemed with its secret.
    page = thief.ask(m_browser->origin(), victim.authorizeUrl({}, QByteArray(43, 't')));
    QVERIFY(page.startsWith("HTTP/1.1 200 "));
    QVERIFY(!page.contains("cfl_ac_"));
    QVERIFY(!page.contains("Location"));
}

void TestWhoAsks::aClientThatAsksByItselfIsAnsweredThere()
{
    person().atOnce = FakePrompter::allow();
    OAuthClient client(*m_browser);
    QVERIFY(!client.parameter(follow(client.authorizeUrl()), "code").isEmpty());
    QCOMPARE(person().asked.first().askerKind, ConsentRequest::Asker::Client);
}

void TestWhoAsks::aClientThatReportsAnErrorIsTold()
{
    person().atOnce = FakePrompter::allow();
    OAuthClient client(*m_browser);
    Callback callback;
    callback.status = "400 Bad Request";
    moveTo(client, callback);
    Thief browser;
    QByteArray page;
    QTRY_VERIFY_WITH_TIMEOUT(
        (page = browser.ask(m_browser->origin(), client.authorizeUrl())).contains("HTTP 400"),
        10'000);
    QVERIFY(!page.contains("cfl_ac_"));
    QCOMPARE(callback.received.count("GET /cb"), 1);
}

void TestWhoAsks::aLateYesServesOnlyWhoAsked()
{
    OAuthClient client(*m_browser);
    client.stopListening();
    m_browser->get(client.authorizeUrl(), "text/html");
    person().answerFirst(FakePrompter::allow()); // and nobody listens
    Thief thief(client.port);
    QCOMPARE(thief.port(), client.port);
    const QByteArray answer =
        thief.ask(m_browser->origin(), client.authorizeUrl({}, QByteArray(43, 't')));
    QVERIFY(!answer.contains("code="));
    QCOMPARE(person().asked.size(), 2);
    QCOMPARE(m_server->oauth->liveGrantCount(), 0);
}

void TestWhoAsks::theSameAddressAskedTwiceCostsTheVictimNothing()
{
    OAuthClient victim(*m_browser);
    const auto page = m_browser->get(victim.authorizeUrl(), "text/html");
    Thief thief;
    const QByteArray stolen = thief.ask(m_browser->origin(), victim.authorizeUrl());
    QCOMPARE(person().asked.size(), 2);
    QVERIFY2(!stolen.contains(flowPathIn(page)), "a flow of its own, which it may cancel");
    // The person says no to the thief, and yes to the victim.
    person().answer(ConsentAnswer{});
    person().answerFirst(FakePrompter::allow());
    const QByteArray status = flowPathIn(page) + "/status?seen=consent";
    QCOMPARE(victim.redeem(victim.parameter(nextOf(status), "code")).status, 200);
}

void TestWhoAsks::oneYesToTwinsIsEnough()
{
    OAuthClient victim(*m_browser);
    const auto page = m_browser->get(victim.authorizeUrl(), "text/html");
    Thief thief;
    thief.ask(m_browser->origin(), victim.authorizeUrl());
    person().answerFirst(FakePrompter::allow());
    const QByteArray status = flowPathIn(page) + "/status?seen=consent";
    QVERIFY(nextOf(status).contains("code="));
    // The other question is about something that is over.
    QTRY_COMPARE(person().withdrawn, QStringList{person().asked.last().id});
}

void TestWhoAsks::oneProgramCannotAskOnAndOn()
{
    const OAuthClient victim(*m_browser);
    Thief thief;
    // The same again would only share a question.
    const auto ask = [&](int i) {
        const QByteArray scope = i % 2 == 0 ? "&scope=workers:read" : "&scope=observability:read";
        const QByteArray endpoint = QList<QByteArray>{"/", "/mcp", "/sse"}.at(i / 2 % 3);
        return thief.ask(m_browser->origin(),
                         victim.authorizeUrl(scope + "&resource=" +
                                             (m_browser->origin() + endpoint).toPercentEncoding()));
    };
    for (int i = 0; i < 6; ++i)
        ask(i);
    QCOMPARE(person().asked.size(), Flows::kMaxPendingPerProgram);
    while (person().isAsking())
        person().answerFirst(ConsentAnswer{});
    const QByteArray refused = ask(0);
    QVERIFY2(refused.contains("error=access_denied"), refused);
    QCOMPARE(person().asked.size(), Flows::kMaxPendingPerProgram);
    // The client itself is heard all the while, and the program again when it has been quiet.
    m_browser->get(victim.authorizeUrl(), "text/html");
    QCOMPARE(person().asked.size(), Flows::kMaxPendingPerProgram + 1);
    m_server->clock.advance(kMinute + kSecond);
    ask(1);
    QCOMPARE(person().asked.size(), Flows::kMaxPendingPerProgram + 2);
}

void TestWhoAsks::whereNothingTellsWhoTheClientIsTheListenerIsAwaited()
{
    // A client that a person added has no program that registered it.
    OAuthClient client(*m_browser);
    client.id =
        m_server->oauth
            ->addClient({u"My agent"_s, {u"http://localhost/cb"_s}, false}, m_server->http.port())
            ->id.value.toLatin1();
    client.stopListening();
    const auto page = m_browser->get(client.authorizeUrl(), "text/html");
    QVERIFY(page.body.contains("data-state=\"waiting_for_client\""));
    QVERIFY(person().asked.isEmpty());
    QVERIFY(client.listenAgain());
    QTRY_COMPARE(person().asked.size(), 1);
    QCOMPARE(person().asked.first().program, QCoreApplication::applicationFilePath());
}

void TestWhoAsks::aBrowserIsKnownByWhereItIsInstalled_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<bool>("isBrowser");
    for (const char *path :
         {"/usr/lib/firefox-esr/firefox-esr", "/opt/google/chrome/chrome",
          "/snap/firefox/4173/usr/lib/firefox/firefox", "/usr/lib/chromium/chromium"})
        QTest::newRow(path) << QString::fromLatin1(path) << true;
    for (const char *path :
         {"/home/ada/.cache/firefox", "/tmp/chrome", "/usr/bin/python3.11", "/usr/bin/curl",
          "/usr/lib/firefox-esr/firefox-esr (in a file system of its own)", ""})
        QTest::newRow(path) << QString::fromLatin1(path) << false;
}

void TestWhoAsks::aBrowserIsKnownByWhereItIsInstalled()
{
    QFETCH(QString, path);
    QFETCH(bool, isBrowser);
    http::PeerProcess program;
    program.pid = 7;
    program.executable = path;
    const Requester requester = Requester::identify(program, {}, {});
    QCOMPARE(requester.kind == Requester::Kind::Browser, isBrowser);
    // The same process listens: it is the client, whatever it is.
    if (!path.isEmpty())
        QCOMPARE(Requester::identify(program, {program}, {}).kind, Requester::Kind::Client);
}

void TestWhoAsks::aPageWaitsForItsAnswerInTheBrowser()
{
    http::PeerProcess browser;
    browser.pid = 7;
    browser.startedAt = 1;
    browser.executable = u"/usr/lib/firefox-esr/firefox-esr"_s;
    AuthorizeRequest request;
    request.redirectUri = u"http://localhost:6274/oauth/callback"_s;
    request.client.id.value = u"inspector"_s;
    request.requester =
        Requester::identify(browser, {}, http::Headers{{"Sec-Fetch-Site", "same-site"}});
    QVERIFY(request.answersRequester());
    // What only passes through it is shared with no other process, though it be the same browser.
    AuthorizeRequest other = request;
    QVERIFY(other.mayShareAnswerWith(request));
    other.requester.program.pid = 8;
    QVERIFY(!other.mayShareAnswerWith(request));
    // A browser that a program opened brings nothing back.
    request.requester = Requester::identify(browser, {}, http::Headers{{"Sec-Fetch-Site", "none"}});
    QVERIFY(!request.answersRequester());
    // No other program gets that by claiming it.
    http::PeerProcess thief = browser;
    thief.executable = u"/home/ada/firefox"_s;
    request.requester =
        Requester::identify(thief, {}, http::Headers{{"Sec-Fetch-Site", "same-site"}});
    QVERIFY(!request.answersRequester());
}

void TestWhoAsks::peersOfAnotherUserAreRefusedOnEveryPath()
{
    if (::getuid() != 0)
        QSKIP("only root can start a program as another user");
    for (const char *const path :
         {"/authorize?client_id=x", "/.well-known/oauth-authorization-server", "/token",
          "/register", "/mcp", "/oauth/callback", "/nothing"}) {
        QProcess stranger;
        stranger.setChildProcessModifier([] {
            if (::setuid(65534) != 0)
                ::_exit(1);
        });
        const QString port = QString::number(m_server->http.port());
        stranger.start(u"bash"_s, {u"-c"_s, u"exec 3<>/dev/tcp/127.0.0.1/%1; printf 'GET %2 "
                                            "HTTP/1.1\\r\\nHost: localhost:%1\\r\\n\\r\\n' >&3; "
                                            "read -r -t 10 line <&3; echo \"$line\""_s.arg(
                                                port, QString::fromLatin1(path))});
        QVERIFY(stranger.waitForStarted());
        QTRY_COMPARE(stranger.state(), QProcess::NotRunning);
        const QByteArray answer = stranger.readAllStandardOutput();
        QVERIFY2(answer.startsWith("HTTP/1.1 403 "), QByteArray(path) + ": " + answer);
    }
}

FLAREDECK_TEST(TestWhoAsks)

} // namespace tst_whoasks

#include "tst_whoasks.moc"
