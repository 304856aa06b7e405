#include "coretest.h"
#include "tests/support/testcase.h"

namespace tst_revocation {

using namespace flaredeck;
using namespace flaredeck::service;
using namespace Qt::StringLiterals;

using Progress = Receipt::Progress;

/// What a person takes back, what the clients see of it, and what the receipt says.
class TestRevocation : public CoreTest
{
    Q_OBJECT

private slots:
    void init() { prepare(); }
    void cleanup() { shutDown(); }
    void theReceiptTellsWhatEnded();
    void severalGrantsEndTogether();
    void aGrantThatHasEndedIsNoneToRevoke();
    void theLastGrantSignsOutOfCloudflare();
    void aSignInThatSomebodyUsesStays();
    void withoutTheWishTheSignInStays();
    void whatTheProviderDidNotConfirmIsSaid();
    void everythingIsTakenBackAtOnce();
    void aForgottenClientHasAReceiptToo();
    void aSingleAccountCanBeTaken();
    void accountsThatTheSignInLostAreLostForClients();
    void aReplayedTokenIsTold();

private:
    [[nodiscard]] Receipt receipt() const { return m_core->snapshot()->receipt; }
    [[nodiscard]] GrantId grantOf(const test::OAuthClient &client) const
    {
        const SnapshotPtr snapshot = m_core->snapshot();
        for (const GrantView &view : snapshot->grants) {
            if (view.grant.client.value == client.clientId())
                return view.grant.id;
        }
        return {};
    }
};

void TestRevocation::theReceiptTellsWhatEnded()
{
    start();
    test::OAuthClient client(port(), u"Claude Code"_s);
    QVERIFY(client.signIn());
    McpClient session(port(), client.token());
    QVERIFY(session.open(kRevision));
    const auto stream = session.listen();
    QVERIFY(stream->waitForHead());
    QVERIFY(orderFault(R"({"kind":"slow","delayMs":60000})"));
    const auto call = session.begin("tools/call", workersList());
    QTRY_COMPARE(m_core->snapshot()->clients.at(0).sessions.at(0).runningCalls, 1);
    QCOMPARE(receipt().number, 0);

    QVERIFY(m_core->revoke({{onlyGrant()}}));
    QVERIFY(stream->finish());
    QVERIFY(call->finish()); // long before it is answered; ./dev bench says how soon
    QCOMPARE(statusOfPing(client), 401);

    const Receipt told = receipt();
    QCOMPARE(told.number, 1);
    QCOMPARE(told.clients, QStringList{u"Claude Code"_s});
    QCOMPARE(told.grants, 1);
    QCOMPARE(told.streams, 1);
    QCOMPARE(told.calls, 1);
    QVERIFY(told.at > 0);
    QVERIFY(told.tookUs > 0);
    QVERIFY(told.problem.isEmpty());
    QVERIFY(told.signOuts.isEmpty());
    QCOMPARE(told.keyChange, Progress::NotAsked);
}

void TestRevocation::severalGrantsEndTogether()
{
    start();
    test::OAuthClient first(port(), u"first"_s);
    test::OAuthClient second(port(), u"second"_s);
    test::OAuthClient third(port(), u"third"_s);
    QVERIFY(first.signIn());
    QVERIFY(second.signIn());
    QVERIFY(third.signIn());
    QVERIFY(m_core->revoke({{grantOf(first), grantOf(third)}}));
    QCOMPARE(receipt().grants, 2);
    QCOMPARE(receipt().number, 1);
    QCOMPARE(statusOfPing(first), 401);
    QCOMPARE(statusOfPing(second), 200);
    QCOMPARE(statusOfPing(third), 401);
}

void TestRevocation::aGrantThatHasEndedIsNoneToRevoke()
{
    start();
    test::OAuthClient client(port());
    QVERIFY(client.signIn());
    const GrantId grant = onlyGrant();
    QVERIFY(m_core->revoke({{grant}}));
    const auto again = m_core->revoke({{grant}});
    QVERIFY(!again);
    QCOMPARE(again.error().kind, Error::Kind::NotFound);
    QCOMPARE(receipt().number, 1);
}

void TestRevocation::theLastGrantSignsOutOfCloudflare()
{
    start();
    test::OAuthClient client(port());
    QVERIFY(client.signIn());
    const QString email = m_core->snapshot()->logins.at(0).email;
    QVERIFY(m_core->revoke({.grants = {onlyGrant()}, .signOut = true}));
    QTRY_COMPARE(receipt().signOuts.size(), 1);
    QTRY_COMPARE(receipt().signOuts.at(0).progress, Progress::Done);
    const Receipt::SignOut done = receipt().signOuts.at(0);
    QCOMPARE(done.label, email);
    QVERIFY(done.atProvider);
    QVERIFY(done.at >= receipt().at);
    QVERIFY(m_core->snapshot()->logins.isEmpty());
}

void TestRevocation::aSignInThatSomebodyUsesStays()
{
    start();
    test::OAuthClient first(port(), u"first"_s);
    test::OAuthClient second(port(), u"second"_s);
    QVERIFY(first.signIn());
    QVERIFY(second.signIn());
    QVERIFY(m_core->revoke({.grants = {grantOf(first)}, .signOut = true}));
    QVERIFY(receipt().signOuts.isEmpty());
    QCOMPARE(m_core->snapshot()->logins.size(), 1);
    McpClient session(port(), second.token());
    QVERIFY(session.open(kRevision));
    const Json workers = session.ask("tools/call", workersList());
    QVERIFY2(!workers.at("result").value("isError", false), workers.dump().c_str());
}

void TestRevocation::withoutTheWishTheSignInStays()
{
    start();
    test::OAuthClient client(port());
    QVERIFY(client.signIn());
    QVERIFY(m_core->revoke({{onlyGrant()}}));
    QVERIFY(receipt().signOuts.isEmpty());
    QCOMPARE(m_core->snapshot()->logins.size(), 1);
}

void TestRevocation::whatTheProviderDidNotConfirmIsSaid()
{
    start();
    test::OAuthClient client(port());
    QVERIFY(client.signIn());
    QVERIFY(orderFault(R"({"kind":"server_error","at":"revoke"})"));
    QVERIFY(m_core->revoke({.grants = {onlyGrant()}, .signOut = true}));
    QTRY_COMPARE(receipt().signOuts.size(), 1);
    QTRY_COMPARE(receipt().signOuts.at(0).progress, Progress::Failed);
    QVERIFY2(receipt().signOuts.at(0).problem.contains(u"Revoke it in your Cloudflare profile"_s),
             qPrintable(receipt().signOuts.at(0).problem));
    QVERIFY2(m_core->snapshot()->logins.isEmpty(), "here it is forgotten all the same");
    QCOMPARE(statusOfPing(client), 401);
}

void TestRevocation::everythingIsTakenBackAtOnce()
{
    start();
    test::OAuthClient first(port(), u"first"_s);
    test::OAuthClient second(port(), u"second"_s);
    QVERIFY(first.signIn());
    QVERIFY(second.signIn());
    QTRY_COMPARE(m_core->snapshot()->keyState, store::KeyState::Ready);
    const int key = m_core->snapshot()->keyNumber;
    QVERIFY(m_core->revoke({.all = true, .signOut = true, .changeKey = true}));
    QVERIFY(m_core->snapshot()->grants.isEmpty());
    QTRY_COMPARE(receipt().keyChange, Progress::Done);
    QCOMPARE(receipt().grants, 2);
    QCOMPARE(receipt().signOuts.size(), 1);
    QCOMPARE(receipt().signOuts.at(0).progress, Progress::Done);
    QVERIFY(m_core->snapshot()->logins.isEmpty());
    QCOMPARE(m_core->snapshot()->keyNumber, key + 1);
    QCOMPARE(statusOfPing(first), 401);
    QCOMPARE(statusOfPing(second), 401);
}

void TestRevocation::aForgottenClientHasAReceiptToo()
{
    start();
    test::OAuthClient client(port(), u"Cursor"_s);
    QVERIFY(client.signIn());
    QVERIFY(m_core->forgetClient({client.clientId()}));
    QCOMPARE(receipt().clients, QStringList{u"Cursor"_s});
    QCOMPARE(receipt().grants, 1);
}

void TestRevocation::aSingleAccountCanBeTaken()
{
    start();
    test::OAuthClient client(port());
    QVERIFY(client.signIn());
    McpClient session(port(), client.token());
    QVERIFY(session.open(kRevision));
    const QList<AccountRef> accounts = m_core->snapshot()->grants.at(0).grant.accounts;
    QCOMPARE(accounts.size(), 2);
    QVERIFY(!session.call("workers_list", {{"account_id", accounts.at(1).id}}).startsWith("error"));
    QVERIFY(m_core->withdrawAccount(onlyGrant(), accounts.at(1).id));
    QCOMPARE(m_core->snapshot()->grants.at(0).grant.accounts, QList<AccountRef>{accounts.at(0)});
    const QByteArray refused = session.call("workers_list", {{"account_id", accounts.at(1).id}});
    QVERIFY2(!refused.contains("\"workers\""), refused.constData());

    const auto last = m_core->withdrawAccount(onlyGrant(), accounts.at(0).id);
    QVERIFY(!last);
    QCOMPARE(last.error().kind, Error::Kind::InvalidInput);
    QCOMPARE(statusOfPing(client), 200);

    // It holds over a restart.
    shutDown();
    start();
    QCOMPARE(m_core->snapshot()->grants.at(0).grant.accounts, QList<AccountRef>{accounts.at(0)});
}

void TestRevocation::accountsThatTheSignInLostAreLostForClients()
{
    start();
    test::OAuthClient client(port());
    QVERIFY(client.signIn());
    QCOMPARE(m_core->snapshot()->grants.at(0).grant.accounts.size(), 2);
    const AccountRef first = m_core->snapshot()->logins.at(0).accounts.at(0);

    // The same person signs in again, and agrees to one account only.
    m_person.hasScreen = true;
    bool finished = false;
    m_core->signIn().then([&finished](const Result<> &done) { finished = done.has_value(); });
    QTRY_COMPARE(m_person.signIns.size(), 2);
    QVERIFY(agree(m_person.signIns.last().url, {first.id}));
    QTRY_VERIFY(finished);
    QCOMPARE(m_core->snapshot()->logins.at(0).accounts, QList<AccountRef>{first});
    QCOMPARE(m_core->snapshot()->grants.at(0).grant.accounts, QList<AccountRef>{first});
    QCOMPARE(statusOfPing(client), 200);
}

void TestRevocation::aReplayedTokenIsTold()
{
    start();
    test::OAuthClient client(port(), u"Windsurf"_s);
    QVERIFY(client.signIn());
    QCOMPARE(client.redeemAgain(), 400);
    QCOMPARE(m_person.warnings.size(), 1);
    QVERIFY2(m_person.warnings.at(0).contains(u"The access of Windsurf has ended"_s),
             qPrintable(m_person.warnings.at(0)));
    QVERIFY(m_person.warnings.at(0).contains(
        u"(process %1)"_s.arg(QCoreApplication::applicationPid())));
    QVERIFY(m_core->snapshot()->grants.isEmpty());
}

FLAREDECK_TEST(TestRevocation)

} // namespace tst_revocation

#include "tst_revocation.moc"
