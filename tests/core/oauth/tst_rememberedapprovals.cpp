#include "core/oauth/consent/rememberedapprovals.h"

#include "core/oauth/clients/programproof.h"
#include "core/store/audit/auditreader.h"
#include "tests/core/oauth/servertest.h"
#include "tests/core/oauth/thief.h"
#include "tests/support/testcase.h"

#include <functional>

namespace tst_rememberedapprovals {

using namespace flaredeck;
using namespace flaredeck::oauth;
using namespace Qt::Literals::StringLiterals;

#ifdef Q_OS_LINUX
#define SKIP_WHERE_PROGRAMS_ARE_UNKNOWN
#else
#define SKIP_WHERE_PROGRAMS_ARE_UNKNOWN QSKIP("programs are told apart on Linux only, so far");
#endif

/// "Do not ask again": when it holds, and what ends it.
class TestRememberedApprovals : public ServerTest
{
    Q_OBJECT

private slots:
    void initTestCase() { SKIP_WHERE_PROGRAMS_ARE_UNKNOWN }
    void init() { start(); }
    void cleanup() { stop(); }
    void theSameProgramIsNotAskedAgain();
    void nothingIsRememberedUnasked();
    void anotherProgramIsAskedAbout();
    void moreIsAskedAboutAndLessIsNot();
    void whatWasAllowedHoldsForWhoNamesNothing();
    void itEndsWithTheAccess();
    void anotherSignInIsAskedAbout();
    void anAccountThatIsGoneIsAskedAbout();
    void nothingIsSentBeforeSomebodyListens();
    void whereNobodyComesThePersonIsAsked();
    void itSurvivesARestart();
    void takingAccessAwayTakesItAlong_data();
    void takingAccessAwayTakesItAlong();
    void aReplayTakesItAlong();
    void whatPassesThroughTheAskersHandsIsAskedAboutEachTime();
    void onlyWhoAskedThenIsAnsweredSilently();
    void itCanBeTakenBackAlone();
    void whatIsTakenBackOnAFullDiskIsGone();
    void theAuditTrailTells();
    void programsAreToldByMoreThanTheirPath();

private:
    /// Allows workers:read and that it is remembered; the client has tokens then.
    http::ClientResponse allowFromNowOn(OAuthClient &client, const QByteArray &extra = kScope,
                                        qint64 lifetimeSeconds = 0)
    {
        ConsentAnswer answer = FakePrompter::allow({u"mcp:read"_s, u"workers:read"_s});
        answer.remembers = true;
        answer.lifetimeSeconds = lifetimeSeconds;
        m_server->prompter.atOnce = answer;
        const auto tokens =
            client.redeem(client.parameter(follow(client.authorizeUrl(extra)), "code"));
        m_server->prompter.atOnce.reset();
        return tokens;
    }
    /// The answer to another request of the client; empty when a person is asked.
    QByteArray codeOf(OAuthClient &client, const QByteArray &extra = kScope)
    {
        m_server->clock.advance(kSecond); // so that its grant is the newer one
        return client.parameter(follow(client.authorizeUrl(extra, QByteArray(43, 'w'))), "code");
    }
    [[nodiscard]] qsizetype questions() const { return m_server->prompter.asked.size(); }
    static ClientId idOf(const OAuthClient &client) { return {QString::fromLatin1(client.id)}; }

    static inline const QByteArray kScope = "&scope=workers%3Aread";
};

void TestRememberedApprovals::theSameProgramIsNotAskedAgain()
{
    OAuthClient client(*m_browser);
    QCOMPARE(allowFromNowOn(client).status, 200);
    QVERIFY(m_server->prompter.asked.first().canRemember);
    const QByteArray code = codeOf(client);
    QVERIFY(!code.isEmpty());
    QCOMPARE(questions(), 1);
    const auto tokens = client.redeem(code, QByteArray(43, 'w'));
    QCOMPARE(Browser::text(tokens, "scope"), QByteArray("mcp:read workers:read"));
    const store::Grant silent = m_server->oauth->liveGrants().last();
    QVERIFY(silent.silent);
    QVERIFY(m_server->vault->grants.find(silent.id)->silent);
    QCOMPARE(silent.accounts, FakeLogins::ada().accounts);
    QVERIFY(!m_server->oauth->liveGrants().first().silent);
    const auto remembered = m_server->oauth->rememberedApprovals();
    QCOMPARE(remembered.size(), 1);
    QCOMPARE(remembered.first().program, QCoreApplication::applicationFilePath());
    QCOMPARE(remembered.first().redirect, u"http://localhost/cb"_s); // its port may change
}

void TestRememberedApprovals::nothingIsRememberedUnasked()
{
    OAuthClient client(*m_browser);
    QCOMPARE(allowAndRedeem(client).status, 200);
    m_server->prompter.atOnce.reset();
    QVERIFY(codeOf(client).isEmpty());
    QCOMPARE(questions(), 2);
}

void TestRememberedApprovals::anotherProgramIsAskedAbout()
{
    OAuthClient client(*m_browser);
    QCOMPARE(allowFromNowOn(client).status, 200);
    // It knows the client's id and listens at another port, which the redirect URI may name.
    const Thief thief;
    QVERIFY(thief.port() > 0);
    client.port = thief.port();
    QVERIFY(codeOf(client).isEmpty());
    QCOMPARE(questions(), 2);
    QCOMPARE(m_server->prompter.asked.last().program, thief.executable());
}

void TestRememberedApprovals::onlyWhoAskedThenIsAnsweredSilently()
{
    OAuthClient client(*m_browser);
    QCOMPARE(allowFromNowOn(client).status, 200);
    // The client listens, and a second program asks in its name.
    Thief thief;
    const QByteArray answer =
        thief.ask(m_browser->origin(), client.authorizeUrl(kScope, QByteArray(43, 't')));
    QVERIFY2(!answer.contains("code="), answer);
    QCOMPARE(questions(), 2);
    QCOMPARE(m_server->prompter.asked.last().asker, thief.executable());
    QCOMPARE(m_server->oauth->liveGrants().size(), 1);
}

void TestRememberedApprovals::moreIsAskedAboutAndLessIsNot()
{
    OAuthClient client(*m_browser);
    QCOMPARE(allowFromNowOn(client).status, 200);
    QVERIFY(codeOf(client, kScope + "%20observability%3Aread").isEmpty());
    QCOMPARE(questions(), 2);
    const QByteArray code = codeOf(client, "&scope=mcp%3Aread");
    QCOMPARE(questions(), 2);
    QCOMPARE(Browser::text(client.redeem(code, QByteArray(43, 'w')), "scope"),
             QByteArray("mcp:read"));
    QVERIFY(codeOf(client, kScope + "&resource=" + m_browser->origin() + "/mcp").isEmpty());
    QCOMPARE(questions(), 3);
}

void TestRememberedApprovals::whatWasAllowedHoldsForWhoNamesNothing()
{
    OAuthClient client(*m_browser);
    QCOMPARE(allowFromNowOn(client, {}).status, 200);
    const auto tokens = client.redeem(codeOf(client, {}), QByteArray(43, 'w'));
    QCOMPARE(Browser::text(tokens, "scope"), QByteArray("mcp:read workers:read"));
    QCOMPARE(questions(), 1);
}

void TestRememberedApprovals::itEndsWithTheAccess()
{
    OAuthClient client(*m_browser);
    QCOMPARE(allowFromNowOn(client, kScope, 3600).status, 200);
    m_server->clock.advance(kHour / 2);
    const QByteArray code = codeOf(client);
    QCOMPARE(client.redeem(code, QByteArray(43, 'w')).status, 200);
    // Not a minute longer for having been used.
    const auto grants = m_server->oauth->liveGrants();
    QCOMPARE(grants.last().expiresAt, grants.first().expiresAt);
    m_server->clock.advance(kHour / 2 + 1);
    QVERIFY(codeOf(client).isEmpty());
    QCOMPARE(questions(), 2);
    QVERIFY(m_server->oauth->rememberedApprovals().isEmpty());
}

void TestRememberedApprovals::anotherSignInIsAskedAbout()
{
    OAuthClient client(*m_browser);
    QCOMPARE(allowFromNowOn(client).status, 200);
    m_server->logins.present->usable = false;
    QVERIFY(codeOf(client).isEmpty());
    QCOMPARE(questions(), 2);
    m_server->prompter.answer({});
    m_server->logins.present->usable = true;
    m_server->logins.present->id.value = u"login2"_s;
    QVERIFY(codeOf(client).isEmpty());
    QCOMPARE(questions(), 3);
}

void TestRememberedApprovals::anAccountThatIsGoneIsAskedAbout()
{
    OAuthClient client(*m_browser);
    QCOMPARE(allowFromNowOn(client).status, 200);
    m_server->logins.present->accounts.append({u"acc3"_s, u"Third"_s});
    // One that is new was not part of it.
    QCOMPARE(client.redeem(codeOf(client), QByteArray(43, 'w')).status, 200);
    QCOMPARE(m_server->oauth->liveGrants().last().accounts, FakeLogins::ada().accounts);
    m_server->logins.present->accounts.removeFirst();
    QVERIFY(codeOf(client).isEmpty());
    QCOMPARE(questions(), 2);
}

void TestRememberedApprovals::nothingIsSentBeforeSomebodyListens()
{
    OAuthClient client(*m_browser);
    QCOMPARE(allowFromNowOn(client).status, 200);
    client.stopListening();
    const auto page = m_browser->get(client.authorizeUrl(kScope, QByteArray(43, 'w')), "text/html");
    QCOMPARE(page.status, 200);
    const QByteArray flow = flowPathIn(page);
    auto status = m_browser->get(flow + "/status?seen=consent");
    QCOMPARE(Browser::text(status, "state"), QByteArray("waiting_for_client"));
    QVERIFY(!Browser::json(status).contains("next"));
    QVERIFY(client.listenAgain());
    while (Browser::text(status, "state") != "done")
        status = m_browser->get(flow + "/status?seen=" + Browser::text(status, "state"));
    const QByteArray code = client.parameter(Browser::text(status, "next"), "code");
    QCOMPARE(client.redeem(code, QByteArray(43, 'w')).status, 200);
    QCOMPARE(questions(), 1);
}

void TestRememberedApprovals::whereNobodyComesThePersonIsAsked()
{
    OAuthClient client(*m_browser);
    QCOMPARE(allowFromNowOn(client).status, 200);
    client.stopListening();
    const QByteArray flow =
        flowPathIn(m_browser->get(client.authorizeUrl(kScope, QByteArray(43, 'w')), "text/html"));
    const auto status = m_browser->get(flow + "/status?seen=waiting_for_client");
    QCOMPARE(Browser::text(status, "state"), QByteArray("consent"));
    QTRY_COMPARE(questions(), 2);
    QVERIFY(!m_server->prompter.asked.last().canRemember);
}

void TestRememberedApprovals::itSurvivesARestart()
{
    OAuthClient client(*m_browser);
    QCOMPARE(allowFromNowOn(client).status, 200);
    m_server->restart();
    QCOMPARE(client.redeem(codeOf(client), QByteArray(43, 'w')).status, 200);
    QCOMPARE(questions(), 1);
}

void TestRememberedApprovals::takingAccessAwayTakesItAlong_data()
{
    QTest::addColumn<std::function<void(AuthorizationServer &)>>("take");
    const auto add = [](const char *name, std::function<void(AuthorizationServer &)> take) {
        QTest::newRow(name) << std::move(take);
    };
    add("revoke",
        [](auto &server) { QVERIFY(server.revoke(server.liveGrants().first().id, u"revoked"_s)); });
    add("revoke all", [](auto &server) { QVERIFY(server.revokeAll(u"revoked"_s)); });
    add("a scope", [](auto &server) {
        QVERIFY(server.setScopes(server.liveGrants().first().id, {u"mcp:read"_s}));
    });
    add("block", [](auto &server) {
        QVERIFY(server.blockClient(server.clients().first().id));
        QVERIFY(server.unblockClient(server.clients().first().id));
    });
    add("sign out", [](auto &server) { QVERIFY(server.forgetApprovals(LoginId{u"login1"_s})); });
}

void TestRememberedApprovals::takingAccessAwayTakesItAlong()
{
    QFETCH(std::function<void(AuthorizationServer &)>, take);
    OAuthClient client(*m_browser);
    QCOMPARE(allowFromNowOn(client).status, 200);
    take(*m_server->oauth);
    QVERIFY(m_server->oauth->rememberedApprovals().isEmpty());
    QVERIFY(m_server->vault->approvals.all().isEmpty());
    QVERIFY(codeOf(client).isEmpty());
    QCOMPARE(questions(), 2);
}

void TestRememberedApprovals::aReplayTakesItAlong()
{
    OAuthClient client(*m_browser);
    QCOMPARE(allowFromNowOn(client).status, 200);
    const QByteArray code = codeOf(client);
    QCOMPARE(client.redeem(code, QByteArray(43, 'w')).status, 200);
    QCOMPARE(client.redeem(code, QByteArray(43, 'w')).status, 400);
    QVERIFY(m_server->oauth->rememberedApprovals().isEmpty());
    // Forgetting the client leaves nothing behind either.
    OAuthClient other(*m_browser);
    QCOMPARE(allowFromNowOn(other).status, 200);
    QVERIFY(m_server->oauth->forgetClient(idOf(other)));
    QVERIFY(m_server->oauth->rememberedApprovals().isEmpty());
    QVERIFY(m_server->vault->approvals.all().isEmpty());
}

void TestRememberedApprovals::whatPassesThroughTheAskersHandsIsAskedAboutEachTime()
{
    // The answer to an app link or a web site goes to whoever asked, and any program can ask.
    OAuthClient client(*m_browser);
    client.id = m_server->oauth->addClient({u"My agent"_s, {u"myagent://oauth/cb"_s}, false}, 1)
                    ->id.value.toLatin1();
    ConsentAnswer answer = FakePrompter::allow();
    answer.remembers = true;
    m_server->prompter.atOnce = answer;
    const auto ask = [&](const QByteArray &secret) {
        QByteArray url = client.authorizeUrl({}, secret);
        url.replace(client.redirectUri().toPercentEncoding(), "myagent%3A%2F%2Foauth%2Fcb");
        return follow(url);
    };
    QVERIFY(ask(QByteArray(43, 'v')).startsWith("myagent://oauth/cb?code="));
    QVERIFY(!m_server->prompter.asked.last().canRemember);
    QVERIFY(m_server->oauth->rememberedApprovals().isEmpty());
    QVERIFY(ask(QByteArray(43, 'w')).startsWith("myagent://oauth/cb?code="));
    QCOMPARE(questions(), 2);

    AuthorizeRequest request;
    request.client.kind = store::ClientKind::Document;
    for (const QString &uri :
         {u"https://app.example/cb"_s, u"myagent://oauth/cb"_s, u"http://localhost:3334/cb"_s}) {
        request.redirectUri = uri;
        QVERIFY2(!RememberedApprovals::canTell(request, {}), qPrintable(uri));
    }
}

void TestRememberedApprovals::itCanBeTakenBackAlone()
{
    OAuthClient client(*m_browser);
    QCOMPARE(allowFromNowOn(client).status, 200);
    QSignalSpy changed(m_server->oauth.get(), &AuthorizationServer::clientsChanged);
    QVERIFY(m_server->oauth->forgetApproval(m_server->oauth->rememberedApprovals().first().id));
    QVERIFY(!changed.isEmpty());
    QCOMPARE(m_server->oauth->liveGrants().size(), 1); // what it has it keeps
    QVERIFY(codeOf(client).isEmpty());
    QCOMPARE(questions(), 2);
}

void TestRememberedApprovals::whatIsTakenBackOnAFullDiskIsGone()
{
    OAuthClient client(*m_browser);
    QCOMPARE(allowFromNowOn(client).status, 200);
    m_server->vault.setWritable(false);
    const auto taken =
        m_server->oauth->forgetApproval(m_server->oauth->rememberedApprovals().first().id);
    QVERIFY(!taken);
    QVERIFY(m_server->oauth->rememberedApprovals().isEmpty());
    m_server->vault.setWritable(true);
    QCOMPARE(m_server->vault->approvals.all().size(), 1);
    m_server->oauth->flush();
    QVERIFY(m_server->vault->approvals.all().isEmpty());
}

void TestRememberedApprovals::theAuditTrailTells()
{
    OAuthClient client(*m_browser);
    QCOMPARE(allowFromNowOn(client).status, 200);
    QVERIFY(!codeOf(client).isEmpty());
    QVERIFY(m_server->oauth->forgetApproval(m_server->oauth->rememberedApprovals().first().id));
    auto reader = store::AuditReader::open(m_server->vault.file());
    QStringList told;
    const auto rows = reader->rows(0, 100);
    for (const store::AuditRow &row : *rows) {
        if (row.event == "consented_silently"_L1) {
            QVERIFY(row.outcome.contains(u"workers:read"_s));
            QCOMPARE(row.program, QCoreApplication::applicationFilePath());
        }
        told.prepend(row.event);
    }
    QCOMPARE(told, QStringList({u"registered"_s, u"consented"_s, u"approval_remembered"_s,
                                u"consented_silently"_s, u"approval_forgotten"_s}));
    QVERIFY(!reader->verify()->broken);
}

void TestRememberedApprovals::programsAreToldByMoreThanTheirPath()
{
    const http::PeerProcess program{
        17, QCoreApplication::applicationFilePath(), u"a b"_s, 1, u"bash"_s, 99, u"/bin/bash"_s};
    http::PeerProcess again = program;
    again.pid = 18;
    again.parentPid = 2;
    again.startedAt = 100;
    const QByteArray proof = programProof({program});
    QCOMPARE(proof.size(), 32);
    QCOMPARE(programProof({again}), proof);
    QCOMPARE(programProof({program, again}), proof);
    http::PeerProcess other = program;
    other.commandLine = u"a c"_s;
    QVERIFY(programProof({other}) != proof);
    QVERIFY(programProof({program, other}).isEmpty());
    other = program;
    other.parentExecutable = u"/home/ada/bash"_s; // of the same file name
    QVERIFY(programProof({other}) != proof);
    // What the system does not tell is no proof.
    for (const auto &hide : {std::function<void(http::PeerProcess &)>(
                                 [](auto &one) { one.executable = u"/nowhere/at all"_s; }),
                             std::function<void(http::PeerProcess &)>(
                                 [](auto &one) { one.commandLine = QString(512, u'x'); }),
                             std::function<void(http::PeerProcess &)>(
                                 [](auto &one) { one.parentExecutable.clear(); })}) {
        http::PeerProcess unclear = program;
        hide(unclear);
        QVERIFY(programProof({unclear}).isEmpty());
        QVERIFY(programProof({program, unclear}).isEmpty());
    }
    QVERIFY(programProof({}).isEmpty());

    // An interpreter is the script that it runs, and without one it is anything.
    http::PeerProcess node = program;
    QTemporaryDir scripts;
    node.executable = scripts.filePath(u"node"_s);
    node.script = scripts.filePath(u"client.js"_s);
    for (const QString &path : {node.executable, node.script}) {
        QFile written(path);
        QVERIFY(written.open(QIODevice::WriteOnly));
    }
    const QByteArray ofScript = programProof({node});
    QVERIFY(!ofScript.isEmpty());
    QFile script(node.script);
    QVERIFY(script.open(QIODevice::WriteOnly));
    script.write("something else");
    script.close();
    QVERIFY(programProof({node}) != ofScript);
    node.script.clear();
    QVERIFY(programProof({node}).isEmpty());

    // A file that was replaced is another program.
    QTemporaryDir directory;
    QFile file(directory.filePath(u"tool"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("one");
    file.close();
    other = program;
    other.executable = file.fileName();
    const QByteArray before = programProof({other});
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("another");
    file.close();
    QVERIFY(programProof({other}) != before);
}

FLAREDECK_TEST(TestRememberedApprovals)

} // namespace tst_rememberedapprovals

#include "tst_rememberedapprovals.moc"
