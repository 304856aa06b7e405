#include "core/base/crypto.h"
#include "loginstoretest.h"
#include "tests/support/testcase.h"
#include "unwritable.h"

#include <QRegularExpression>
#include <QSignalSpy>

namespace tst_loginstorememory {

using namespace Qt::StringLiterals;
using namespace flaredeck;
using namespace flaredeck::store;
using test::FakeChain;
using test::FakeKeychain;

/// Logins that exist in memory only, because of the person's choice, the keychain or the disk.
class TestLoginStoreMemory : public LoginStoreTest
{
    Q_OBJECT

private slots:
    void init() { start(); }
    void cleanup() { stop(); }
    void whileTheKeychainIsSilentNothingIsKept();
    void withoutAKeychainNothingIsKept();
    void thisSessionOnlyLeavesNothingOnDisk();
    void thisSessionOnlyLeavesKeptLoginsForTheNextRun();
    void thisSessionOnlyRevivesNoEndedLogin();
    void anAnswerAfterThisSessionOnlyIsIgnored();
    void rotatedTokensServeFromMemoryUntilTheyCanBeStored();
    void rotatedTokensAreStoredAtTheLatestWhenTheProgramEnds();
    void rotatedTokensOfARemovedLoginAreForgotten();
    void anEndHoldsThoughItCannotBeStored();
};

void TestLoginStoreMemory::whileTheKeychainIsSilentNothingIsKept()
{
    m_chain->waits = true;
    const auto unlocking = m_store->unlock({});
    const auto twice = m_store->unlock({});
    QCOMPARE(m_chain->reads, 1);
    QCOMPARE(m_store->state(), KeyState::Opening);
    QCOMPARE(m_store->save(test::login(u"l1"_s), tokens()).error().kind, Error::Kind::Storage);
    QVERIFY(!m_store->saveSecret(u"client"_s, Secret(QByteArray("x"))));
    QVERIFY(m_store->successorKey().isEmpty());
    m_chain->waits = false;
    emit m_chain->answered();
    QTRY_COMPARE(m_store->state(), KeyState::Ready);
    QVERIFY(m_store->save(test::login(u"l1"_s), tokens()));
}

void TestLoginStoreMemory::withoutAKeychainNothingIsKept()
{
    m_chain->readFault = KeychainFault::Missing;
    unlock();
    QCOMPARE(m_store->state(), KeyState::Closed);
    QCOMPARE(m_store->problem(), KeyProblem::Missing);
    const Result<> saved = m_store->save(test::login(u"l1"_s), tokens());
    QCOMPARE(saved.error().kind, Error::Kind::Storage);
    QVERIFY(saved.error().message.contains(u"no keychain"_s));
    QVERIFY(saved.error().action.contains(u"Start a keyring"_s));
    QVERIFY(m_store->logins().isEmpty());
    QVERIFY(m_vault->logins.all().isEmpty());
    QVERIFY(m_vault->keys.secrets()->isEmpty());
    QVERIFY(m_store->successorKey().isEmpty());
    QCOMPARE(m_store->tokens({u"l1"_s}).error().kind, Error::Kind::Storage);
    QCOMPARE(m_store->secret(u"client"_s).error().kind, Error::Kind::Storage);
}

void TestLoginStoreMemory::thisSessionOnlyLeavesNothingOnDisk()
{
    m_chain->readFault = KeychainFault::Missing;
    unlock();
    m_store->useThisSessionOnly();
    QCOMPARE(m_store->state(), KeyState::SessionOnly);
    QCOMPARE(m_store->problem(), KeyProblem::Missing);
    QVERIFY(m_store->save(test::login(u"session-login"_s), tokens()));
    QVERIFY(m_store->saveSecret(u"client"_s, Secret(QByteArray(kClientSecret))));
    QVERIFY(m_store->setState({u"session-login"_s}, LoginState::NeedsLogin));
    QCOMPARE(m_store->login({u"session-login"_s})->state, LoginState::NeedsLogin);
    QCOMPARE(m_store->tokens({u"session-login"_s})->access.reveal(), kAccess);
    QCOMPARE(m_store->secret(u"client"_s)->reveal(), kClientSecret);
    const QByteArray derived = m_store->successorKey().copy().reveal();
    QCOMPARE(derived.size(), crypto::kKeyBytes);

    const QByteArray content = test::contentOf(m_dir->path());
    for (const char *trace : {kAccess.constData(), kRefresh.constData(), kClientSecret.constData(),
                              "session-login", "private-address"})
        QVERIFY2(!content.contains(trace), trace);

    QVERIFY(m_store->saveSecret(u"client"_s, Secret()));
    QVERIFY(!m_store->secret(u"client"_s));
    QVERIFY(m_store->remove({u"session-login"_s}));
    QVERIFY(!m_store->tokens({u"session-login"_s}));

    reopen();
    QVERIFY(m_store->logins().isEmpty());
    m_store->useThisSessionOnly();
    QVERIFY(m_store->successorKey().reveal() != derived);
}

void TestLoginStoreMemory::thisSessionOnlyLeavesKeptLoginsForTheNextRun()
{
    unlock();
    QVERIFY(m_store->save(test::login(u"l1"_s), tokens()));
    reopen();
    m_store->useThisSessionOnly();
    QCOMPARE(m_store->login({u"l1"_s})->state, LoginState::Suspended);
    QVERIFY(!m_store->tokens({u"l1"_s}));
    QVERIFY(m_store->save(test::login(u"l1"_s), {Secret(QByteArray("for now")), Secret()}));
    QCOMPARE(m_store->tokens({u"l1"_s})->access.reveal(), QByteArray("for now"));
    unlocked();
    QCOMPARE(m_store->login({u"l1"_s})->state, LoginState::Ok);
    QCOMPARE(m_store->tokens({u"l1"_s})->access.reveal(), kAccess);
}

void TestLoginStoreMemory::thisSessionOnlyRevivesNoEndedLogin()
{
    unlock();
    QVERIFY(m_store->save(test::login(u"l1"_s), tokens()));
    QVERIFY(m_store->setState({u"l1"_s}, LoginState::NeedsLogin));
    reopen();
    m_store->useThisSessionOnly();
    QCOMPARE(m_store->login({u"l1"_s})->state, LoginState::NeedsLogin);
}

void TestLoginStoreMemory::anAnswerAfterThisSessionOnlyIsIgnored()
{
    m_chain->waits = true;
    const auto unlocking = m_store->unlock({});
    m_store->useThisSessionOnly();
    QVERIFY(m_store->save(test::login(u"l1"_s), tokens()));
    emit m_chain->answered();
    QTRY_VERIFY(unlocking.isReady());
    QCOMPARE(m_store->state(), KeyState::SessionOnly);
    QVERIFY(m_chain->entries.isEmpty());
    QCOMPARE(m_store->tokens({u"l1"_s})->access.reveal(), kAccess);
}

void TestLoginStoreMemory::rotatedTokensServeFromMemoryUntilTheyCanBeStored()
{
    unlock();
    const Login login = test::login(u"l1"_s);
    QVERIFY(m_store->save(login, tokens()));
    const QString file = m_dir->filePath(u"vault.db"_s);
    test::setWritable(file, false);
    QSignalSpy changed(m_store.get(), &LoginStore::loginsChanged);
    Login refreshed = login;
    refreshed.refreshedAt = 99;
    QTest::ignoreMessage(QtCriticalMsg, QRegularExpression(u"cannot be stored yet"_s));
    m_store->keepRotated(refreshed, {Secret("at2"), Secret("rt2")});
    QCOMPARE(changed.size(), 1);
    QCOMPARE(m_store->login(login.id)->refreshedAt, 99);
    QCOMPARE(m_store->tokens(login.id)->access.reveal(), "at2"_ba);
    QCOMPARE(m_store->tokens(login.id)->refresh.reveal(), "rt2"_ba);
    test::setWritable(file, true);
    QTRY_COMPARE(storedRefresh(), "rt2"_ba);
    QCOMPARE(m_store->tokens(login.id)->refresh.reveal(), "rt2"_ba);
}

void TestLoginStoreMemory::rotatedTokensAreStoredAtTheLatestWhenTheProgramEnds()
{
    unlock();
    QVERIFY(m_store->save(test::login(u"l1"_s), tokens()));
    const QString file = m_dir->filePath(u"vault.db"_s);
    test::setWritable(file, false);
    QTest::ignoreMessage(QtCriticalMsg, QRegularExpression(u"cannot be stored yet"_s));
    m_store->keepRotated(test::login(u"l1"_s), {Secret("at2"), Secret("rt2")});
    test::setWritable(file, true);
    unlocked();
    QCOMPARE(m_store->tokens({u"l1"_s})->refresh.reveal(), "rt2"_ba);
}

void TestLoginStoreMemory::rotatedTokensOfARemovedLoginAreForgotten()
{
    unlock();
    QVERIFY(m_store->save(test::login(u"l1"_s), tokens()));
    const QString file = m_dir->filePath(u"vault.db"_s);
    test::setWritable(file, false);
    QTest::ignoreMessage(QtCriticalMsg, QRegularExpression(u"cannot be stored yet"_s));
    m_store->keepRotated(test::login(u"l1"_s), {Secret("at2"), Secret("rt2")});
    test::setWritable(file, true);
    QVERIFY(m_store->remove({u"l1"_s}));
    QVERIFY(!m_store->tokens({u"l1"_s}));
    unlocked();
    QVERIFY(m_store->logins().isEmpty());
}

void TestLoginStoreMemory::anEndHoldsThoughItCannotBeStored()
{
    unlock();
    QVERIFY(m_store->save(test::login(u"l1"_s), tokens()));
    test::setWritable(m_dir->filePath(u"vault.db"_s), false);
    QVERIFY(!m_store->setState({u"l1"_s}, LoginState::NeedsLogin));
    QCOMPARE(m_store->login({u"l1"_s})->state, LoginState::NeedsLogin);
}

FLAREDECK_TEST(TestLoginStoreMemory)

} // namespace tst_loginstorememory

#include "tst_loginstorememory.moc"
