#include "coretest.h"
#include "tests/core/store/unwritable.h"
#include "tests/support/testcase.h"

#include <QCoroTask>
#include <QDir>
#include <QSignalSpy>
#include <QTcpServer>

namespace tst_coretrouble {

using namespace flaredeck;
using namespace flaredeck::service;
using namespace Qt::StringLiterals;

/// What they see when the disk, a port, the keychain or Cloudflare fails.
class TestCoreTrouble : public CoreTest
{
    Q_OBJECT

private slots:
    void init() { prepare(); }
    void cleanup() { shutDown(); }
    void aRevokedGrantEndsThoughTheDiskCannotBeWritten();
    void aTakenPortIsAStateThatNamesTheHolder();
    void anotherTakenPortLeavesTheServerWhereItIs();
    void withoutKeychainNothingIsKeptUntilThePersonChooses();
    void headlessFallsBackToThisSessionOnly();
    void aSessionWithoutTheKeychainLogsNoClientOut();
    void aCopyBesideAnotherKeychainIsUselessAndLosesNothing();
    void aLostKeyWaitsForThePerson();
    void headlessGivesALostKeyUpWhenToldTo();
    void aChangedKeyLogsNoClientOut();
    void theVaultKeepsItsKeyWithoutTheSettings();
    void whatGoesWrongAtCloudflareReachesTheClientInWords_data();
    void whatGoesWrongAtCloudflareReachesTheClientInWords();
    void anOutageAtCloudflareLogsNoClientOut_data();
    void anOutageAtCloudflareLogsNoClientOut();
    void anUnreadableVaultIsAnErrorThatNamesTheFile();
};

void TestCoreTrouble::aRevokedGrantEndsThoughTheDiskCannotBeWritten()
{
    start();
    test::OAuthClient client(port());
    QVERIFY(client.signIn());
    McpClient session(port(), client.token());
    QVERIFY(session.open(kRevision));
    const auto stream = session.listen();
    QVERIFY(stream->waitForHead());

    const QString file = m_options.dataDir.vaultFile();
    test::setWritable(file, false);
    const auto revoked = m_core->revoke({{onlyGrant()}});
    QVERIFY(stream->finish());
    QCOMPARE(statusOfPing(client), 401);
    QVERIFY(m_core->snapshot()->grants.isEmpty());
    QCOMPARE(revoked.error().kind, Error::Kind::Storage);
    QVERIFY2(revoked.error().text().contains(file), qPrintable(revoked.error().text()));
    QVERIFY(m_core->snapshot()->withdrawalProblem.contains(file));

    // The disk is mended before the program ends, and the next run knows.
    test::setWritable(file, true);
    m_core->shutDown();
    QVERIFY(m_core->snapshot()->withdrawalProblem.isEmpty());
    m_core.reset();
    start();
    QVERIFY(m_core->snapshot()->grants.isEmpty());
    QCOMPARE(statusOfPing(client), 401);
}

void TestCoreTrouble::aTakenPortIsAStateThatNamesTheHolder()
{
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHost));
    auto core = Core::create(m_options, m_person, std::make_unique<test::MemoryKeychain>());
    QVERIFY(core);
    m_core = std::move(*core);
    QVERIFY(!m_core->listen(other.serverPort()));
    QVERIFY(!m_core->snapshot()->server.bridge.isEmpty());
    const ServerView taken = m_core->snapshot()->server;
    QCOMPARE(taken.state, ServerState::PortTaken);
    QCOMPARE(taken.port, other.serverPort());
    QVERIFY(taken.portHolder.contains(QString::number(QCoreApplication::applicationPid())));
    QVERIFY(taken.problem.contains(QString::number(other.serverPort())));
    QVERIFY(taken.freePort > other.serverPort());

    QVERIFY(m_core->listen(taken.freePort));
    QCOMPARE(m_core->snapshot()->server.state, ServerState::Listening);
    QVERIFY(m_core->snapshot()->server.problem.isEmpty());
}

void TestCoreTrouble::anotherTakenPortLeavesTheServerWhereItIs()
{
    start();
    const quint16 before = port();
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHost));
    const auto moved = m_core->listen(other.serverPort());
    QVERIFY(!moved);
    QVERIFY(moved.error().text().contains(QString::number(other.serverPort())));
    QCOMPARE(m_core->snapshot()->server.state, ServerState::Listening);
    QCOMPARE(port(), before);
    test::OAuthClient client(before);
    QVERIFY(client.signIn());
}

void TestCoreTrouble::withoutKeychainNothingIsKeptUntilThePersonChooses()
{
    start(std::make_unique<test::NoKeychain>());
    QTRY_COMPARE(m_core->snapshot()->keyState, store::KeyState::Closed);
    QCOMPARE(m_core->snapshot()->keyProblem, store::KeyProblem::Missing);
    QSignalSpy changed(m_core.get(), &Core::changed);
    m_core->useThisSessionOnly();
    QVERIFY(changed.wait());
    QCOMPARE(m_core->snapshot()->keyState, store::KeyState::SessionOnly);
    test::OAuthClient client(port());
    QVERIFY(client.signIn());
    QCOMPARE(m_core->checkAuditSeal({}), store::SealState::None);
}

void TestCoreTrouble::headlessFallsBackToThisSessionOnly()
{
    m_options.sessionOnlyWithoutKeychain = true;
    start(std::make_unique<test::NoKeychain>());
    QTRY_COMPARE(m_core->snapshot()->keyState, store::KeyState::SessionOnly);
}

void TestCoreTrouble::aSessionWithoutTheKeychainLogsNoClientOut()
{
    start();
    test::OAuthClient client(port());
    QVERIFY(client.signIn());
    cleanup();

    // The keychain does not open this time, and the person goes on without it.
    m_options.sessionOnlyWithoutKeychain = true;
    start(std::make_unique<test::NoKeychain>());
    QTRY_COMPARE(m_core->snapshot()->keyState, store::KeyState::SessionOnly);
    client.moveTo(port());
    QCOMPARE(client.refresh(), 503); // with 400 it would throw its tokens away
    QCOMPARE(m_core->snapshot()->logins.at(0).state, store::LoginState::Suspended);
    // Somebody signs in for this session: everybody goes on.
    test::OAuthClient other(port(), u"other"_s);
    QVERIFY(other.signIn());
    QCOMPARE(client.refresh(), 200);
    QCOMPARE(statusOfPing(client), 200);
    cleanup();

    m_options.sessionOnlyWithoutKeychain = false;
    start();
    QTRY_COMPARE(m_core->snapshot()->keyState, store::KeyState::Ready);
    client.moveTo(port());
    QCOMPARE(client.refresh(), 200);
    QCOMPARE(statusOfPing(client), 200);
}

/// A thief has the files, a client's tokens, and a keychain of their own.
void TestCoreTrouble::aCopyBesideAnotherKeychainIsUselessAndLosesNothing()
{
    start();
    test::OAuthClient client(port());
    QVERIFY(client.signIn());
    const QString account = m_core->snapshot()->logins.at(0).accounts.at(0).id;
    shutDown();
    QTemporaryDir copy;
    const DataDir original = m_options.dataDir;
    for (const QString &file : QDir(original.root).entryList(QDir::Files))
        QVERIFY(QFile::copy(QDir(original.root).filePath(file), copy.filePath(file)));

    const auto others = std::make_shared<QHash<QString, QByteArray>>();
    m_options.dataDir = {copy.path()};
    start(std::make_unique<test::MemoryKeychain>(others));
    QTRY_COMPARE(m_core->snapshot()->keyState, store::KeyState::Closed);
    QCOMPARE(m_core->snapshot()->keyProblem, store::KeyProblem::EntryLost);
    client.moveTo(port());
    QCOMPARE(client.refresh(), 503);
    McpClient session(port(), client.token());
    QVERIFY(session.open(kRevision));
    const Json answer = session.ask(
        "tools/call", {{"name", "workers_list"}, {"arguments", {{"account_id", account}}}});
    QVERIFY(json::boolAt(answer.at("result"), "isError").value_or(false));
    QVERIFY2(textOf(answer).contains("no longer holds the key"), textOf(answer));
    m_core->useThisSessionOnly();
    QCOMPARE(client.refresh(), 503);
    shutDown();
    QVERIFY(others->isEmpty());

    // The copy is as good as the original, beside the keychain of the original.
    start();
    QTRY_COMPARE(m_core->snapshot()->keyState, store::KeyState::Ready);
    client.moveTo(port());
    QCOMPARE(client.refresh(), 200);
    QCOMPARE(m_core->snapshot()->logins.at(0).state, store::LoginState::Ok);
    m_options.dataDir = original;
}

void TestCoreTrouble::aLostKeyWaitsForThePerson()
{
    start();
    test::OAuthClient client(port());
    QVERIFY(client.signIn());
    shutDown();
    m_keys->clear();
    start();
    QTRY_COMPARE(m_core->snapshot()->keyProblem, store::KeyProblem::EntryLost);
    client.moveTo(port());
    QCOMPARE(client.refresh(), 503); // it keeps its tokens
    QCOMPARE(m_core->snapshot()->grants.size(), 1);
    QCOMPARE(m_core->snapshot()->logins.at(0).state, store::LoginState::Ok);

    QVERIFY(QCoro::waitFor(m_core->startAnew()));
    QCOMPARE(m_core->snapshot()->keyState, store::KeyState::Ready);
    QCOMPARE(m_core->snapshot()->logins.at(0).state, store::LoginState::NeedsLogin);
    // Signed in once more, the client that was there before goes on.
    test::OAuthClient other(port(), u"other"_s);
    QVERIFY(other.signIn());
    QCOMPARE(client.refresh(), 200);
    QCOMPARE(statusOfPing(client), 200);
}

void TestCoreTrouble::headlessGivesALostKeyUpWhenToldTo()
{
    start();
    test::OAuthClient client(port());
    QVERIFY(client.signIn());
    shutDown();
    m_options.sessionOnlyWithoutKeychain = true;
    m_options.newVaultKey = true;
    start(); // the key is there, so that nothing happens
    QTRY_COMPARE(m_core->snapshot()->keyState, store::KeyState::Ready);
    QCOMPARE(m_core->snapshot()->logins.at(0).state, store::LoginState::Ok);
    shutDown();
    m_keys->clear();
    start();
    QTRY_COMPARE(m_core->snapshot()->keyState, store::KeyState::Ready);
    QCOMPARE(m_core->snapshot()->logins.at(0).state, store::LoginState::NeedsLogin);
}

void TestCoreTrouble::aChangedKeyLogsNoClientOut()
{
    start();
    test::OAuthClient client(port());
    QVERIFY(client.signIn());
    QCOMPARE(client.refresh(), 200);
    QTRY_COMPARE(m_core->snapshot()->keyState, store::KeyState::Ready);
    const Result<> rotated = QCoro::waitFor(m_core->rotateVaultKey());
    QVERIFY2(rotated, rotated ? "" : qPrintable(rotated.error().text()));
    QCOMPARE(m_core->snapshot()->keyNumber, 2);
    QCOMPARE(m_keys->size(), 1);
    QCOMPARE(client.refresh(), 200);
    shutDown();
    start();
    client.moveTo(port());
    QTRY_COMPARE(m_core->snapshot()->keyState, store::KeyState::Ready);
    QCOMPARE(client.refresh(), 200);
    QCOMPARE(statusOfPing(client), 200);
}

void TestCoreTrouble::theVaultKeepsItsKeyWithoutTheSettings()
{
    start();
    test::OAuthClient client(port());
    QVERIFY(client.signIn());
    shutDown();
    QFile::remove(m_options.dataDir.settingsFile());
    start();
    QTRY_COMPARE(m_core->snapshot()->keyState, store::KeyState::Ready);
    client.moveTo(port());
    QCOMPARE(client.refresh(), 200);
}

void TestCoreTrouble::whatGoesWrongAtCloudflareReachesTheClientInWords_data()
{
    QTest::addColumn<QByteArray>("fault");
    QTest::addColumn<QByteArray>("says"); // empty: the call works all the same
    QTest::newRow("a slow answer is waited for")
        << R"({"kind":"slow","remaining":1,"delayMs":200})"_ba
        << ""_ba;
    QTest::newRow("one failure is tried again") << R"({"kind":"server_error","remaining":1})"_ba
                                                << ""_ba;
    QTest::newRow("failures to the end") << R"({"kind":"server_error","remaining":-1})"_ba
                                         << "Cloudflare"_ba;
    QTest::newRow("a short limit is waited out")
        << R"({"kind":"rate_limited","remaining":1,"retryAfterSeconds":1})"_ba
        << ""_ba;
    QTest::newRow("a long limit says how long")
        << R"({"kind":"rate_limited","remaining":-1,"retryAfterSeconds":90})"_ba
        << "Wait 90 s"_ba;
    QTest::newRow("an expired token is refreshed") << R"({"kind":"token_expired","remaining":1})"_ba
                                                   << ""_ba;
    QTest::newRow("a cut connection") << R"({"kind":"connection_cut","remaining":-1})"_ba
                                      << "Check the network"_ba;
}

void TestCoreTrouble::whatGoesWrongAtCloudflareReachesTheClientInWords()
{
    QFETCH(QByteArray, fault);
    QFETCH(QByteArray, says);
    start();
    test::OAuthClient client(port());
    QVERIFY(client.signIn());
    McpClient session(port(), client.token());
    QVERIFY(session.open(kRevision));
    const QString account = m_core->snapshot()->logins.at(0).accounts.at(0).id;
    const auto listWorkers = [&] {
        return session.ask("tools/call",
                           {{"name", "workers_list"}, {"arguments", {{"account_id", account}}}});
    };

    QVERIFY(orderFault(fault));
    const Json answer = listWorkers();
    QCOMPARE(json::boolAt(answer.at("result"), "isError").value_or(false), !says.isEmpty());
    QVERIFY2(says.isEmpty() || textOf(answer).contains(says), textOf(answer));

    QVERIFY(orderFault(R"({"kind":"none"})"));
    const Json after = listWorkers();
    QVERIFY2(!json::boolAt(after.at("result"), "isError").value_or(false), textOf(after));
}

void TestCoreTrouble::anOutageAtCloudflareLogsNoClientOut_data()
{
    QTest::addColumn<QByteArray>("fault");
    QTest::newRow("failures") << R"({"kind":"server_error","remaining":-1})"_ba;
    QTest::newRow("a limit")
        << R"({"kind":"rate_limited","remaining":-1,"retryAfterSeconds":90})"_ba;
    QTest::newRow("no network") << R"({"kind":"connection_cut","remaining":-1})"_ba;
}

void TestCoreTrouble::anOutageAtCloudflareLogsNoClientOut()
{
    QFETCH(QByteArray, fault);
    start();
    test::OAuthClient client(port());
    QVERIFY(client.signIn());
    McpClient session(port(), client.token());
    QVERIFY(session.open(kRevision));
    const QString account = m_core->snapshot()->logins.at(0).accounts.at(0).id;
    QVERIFY(orderFault(fault));
    const Json answer = session.ask(
        "tools/call", {{"name", "workers_list"}, {"arguments", {{"account_id", account}}}});
    QVERIFY(json::boolAt(answer.at("result"), "isError").value_or(false)); // and no 401
    QCOMPARE(statusOfPing(client), 200);
    QCOMPARE(client.refresh(), 200);
    QCOMPARE(statusOfPing(client), 200);
    QCOMPARE(m_core->snapshot()->grants.size(), 1);
    QVERIFY(m_core->snapshot()->grants.at(0).loginUsable);
}

void TestCoreTrouble::anUnreadableVaultIsAnErrorThatNamesTheFile()
{
    QFile vault(m_options.dataDir.vaultFile());
    QVERIFY(vault.open(QIODevice::WriteOnly));
    vault.write(QByteArray(8192, 'x'));
    vault.close();
    const auto core = Core::create(m_options, m_person, std::make_unique<test::MemoryKeychain>());
    QVERIFY(!core);
    QVERIFY2(core.error().text().contains(vault.fileName()), qPrintable(core.error().text()));
}

FLAREDECK_TEST(TestCoreTrouble)

} // namespace tst_coretrouble

#include "tst_coretrouble.moc"
