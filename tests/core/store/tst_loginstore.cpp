#include "core/base/crypto.h"
#include "loginstoretest.h"
#include "tests/support/testcase.h"
#include "unwritable.h"

#include <QRegularExpression>
#include <QSignalSpy>

namespace tst_loginstore {

using namespace Qt::StringLiterals;
using namespace flaredeck;
using namespace flaredeck::store;
using test::FakeChain;
using test::FakeKeychain;

/// Logins in the vault, sealed with the keychain's key.
class TestLoginStore : public LoginStoreTest
{
    Q_OBJECT

private slots:
    void init() { start(); }
    void cleanup() { stop(); }
    void theFirstUnlockMakesAKey();
    void loginsSurviveARestart();
    void secretsSurviveARestartAndCanBeRemoved();
    void noSecretIsInClearInAnyFile();
    void aTokenMovedToAnotherLoginDoesNotOpen();
    void anApiTokenHasNoRefreshToken();
    void statesSurviveARestart();
    void removingALoginRemovesItsTokens();
    void aKeychainThatCannotWriteIsNone();
    void theUserMayTryAgain();
    void aKeychainMayAnswerAfterTheStoreIsGone();
    void aDamagedTokenAsksForANewLoginAndIsKept();
    void theKeyOfSuccessorsIsStableAndNotTheKeyItself();
};

void TestLoginStore::theFirstUnlockMakesAKey()
{
    QSignalSpy changed(m_store.get(), &LoginStore::stateChanged);
    QCOMPARE(m_store->state(), KeyState::Opening);
    unlock();
    QCOMPARE(m_store->state(), KeyState::Ready);
    QCOMPARE(changed.size(), 1);
    QCOMPARE(m_chain->entries.size(), 1);
    QCOMPARE(m_chain->entries.value(u"vault-key-v1"_s).size(), crypto::kKeyBytes);
    const QByteArray key = m_chain->entries.value(u"vault-key-v1"_s);
    unlocked();
    QCOMPARE(m_chain->entries.value(u"vault-key-v1"_s), key);
}

void TestLoginStore::loginsSurviveARestart()
{
    unlock();
    QSignalSpy changed(m_store.get(), &LoginStore::loginsChanged);
    QVERIFY(m_store->save(test::login(u"l1"_s), tokens()));
    QCOMPARE(changed.size(), 1);
    reopen();
    QCOMPARE(m_store->logins(),
             QList({test::login(u"l1"_s)})); // listed before the keychain has answered
    unlock();
    QCOMPARE(m_store->login({u"l1"_s}), std::optional(test::login(u"l1"_s)));
    const auto kept = m_store->tokens({u"l1"_s});
    QVERIFY2(kept, kept ? "" : qPrintable(kept.error().text()));
    QCOMPARE(kept->access.reveal(), kAccess);
    QCOMPARE(kept->refresh.reveal(), kRefresh);
    QCOMPARE(m_store->tokens({u"l2"_s}).error().kind, Error::Kind::Unauthorized);

    // Saved again: refreshed tokens replace the old ones.
    QVERIFY(m_store->save(test::login(u"l1"_s),
                          {Secret(QByteArray("new")), Secret(QByteArray("newer"))}));
    unlocked();
    QCOMPARE(m_store->logins().size(), 1);
    QCOMPARE(m_store->tokens({u"l1"_s})->refresh.reveal(), QByteArray("newer"));
}

void TestLoginStore::secretsSurviveARestartAndCanBeRemoved()
{
    unlock();
    QCOMPARE(m_store->secret(u"client"_s).error().kind, Error::Kind::NotFound);
    QVERIFY(m_store->saveSecret(u"client"_s, Secret(QByteArray(kClientSecret))));
    unlocked();
    QCOMPARE(m_store->secret(u"client"_s)->reveal(), kClientSecret);
    QVERIFY(m_store->saveSecret(u"client"_s, Secret()));
    QCOMPARE(m_store->secret(u"client"_s).error().kind, Error::Kind::NotFound);
}

void TestLoginStore::noSecretIsInClearInAnyFile()
{
    unlock();
    QVERIFY(m_store->save(test::login(u"l1"_s), tokens()));
    QVERIFY(m_store->saveSecret(u"client"_s, Secret(QByteArray(kClientSecret))));
    const auto check = [this] {
        const QByteArray content = test::contentOf(m_dir->path());
        QVERIFY(content.contains("vault 1") || content.contains("SQLite format 3"));
        const QByteArray key = m_chain->entries.value(u"vault-key-v1"_s);
        for (const QByteArray &secret : {kAccess, kRefresh, kClientSecret, key}) {
            QVERIFY(!content.contains(secret));
            QVERIFY(!content.contains(secret.toBase64()));
            QVERIFY(!content.contains(secret.toHex()));
        }
    };
    check();
    cleanup();
    check();
}

void TestLoginStore::aTokenMovedToAnotherLoginDoesNotOpen()
{
    unlock();
    QVERIFY(m_store->save(test::login(u"l1"_s), tokens()));
    QVERIFY(m_store->save(test::login(u"l2"_s), tokens()));
    QVERIFY(m_vault->keys.saveSecret(
        {u"l2"_s, u"access"_s, m_vault->keys.secret(u"l1"_s, u"access"_s)}));
    QCOMPARE(m_store->tokens({u"l2"_s}).error().kind, Error::Kind::Storage);
    // Nor does it open in another column of its own row.
    QVERIFY(m_vault->keys.saveSecret(
        {u"l1"_s, u"access"_s, m_vault->keys.secret(u"l1"_s, u"refresh"_s)}));
    QVERIFY(!m_store->tokens({u"l1"_s}));
}

void TestLoginStore::anApiTokenHasNoRefreshToken()
{
    unlock();
    QVERIFY(m_store->save(test::login(u"l1"_s), {Secret(QByteArray(kAccess)), Secret()}));
    unlocked();
    QCOMPARE(m_store->tokens({u"l1"_s})->access.reveal(), kAccess);
    QVERIFY(m_store->tokens({u"l1"_s})->refresh.isEmpty());
}

void TestLoginStore::statesSurviveARestart()
{
    unlock();
    QVERIFY(m_store->save(test::login(u"l1"_s), tokens()));
    QSignalSpy changed(m_store.get(), &LoginStore::loginsChanged);
    QVERIFY(m_store->setState({u"l1"_s}, LoginState::NeedsLogin));
    QVERIFY(m_store->setState({u"l1"_s}, LoginState::NeedsLogin));
    QCOMPARE(changed.size(), 1);
    unlocked();
    QCOMPARE(m_store->login({u"l1"_s})->state, LoginState::NeedsLogin);
    QCOMPARE(m_store->setState({u"l9"_s}, LoginState::Ok).error().kind, Error::Kind::NotFound);
}

void TestLoginStore::removingALoginRemovesItsTokens()
{
    unlock();
    QVERIFY(m_store->save(test::login(u"l1"_s), tokens()));
    QVERIFY(m_store->remove({u"l1"_s}));
    QVERIFY(m_store->logins().isEmpty());
    QVERIFY(!m_store->tokens({u"l1"_s}));
    QVERIFY(m_vault->keys.secrets()->isEmpty());
    unlocked();
    QVERIFY(m_store->logins().isEmpty());
}

void TestLoginStore::aKeychainThatCannotWriteIsNone()
{
    m_chain->writeFault = KeychainFault::Denied;
    unlock();
    QCOMPARE(m_store->state(), KeyState::Closed);
    QCOMPARE(m_store->problem(), KeyProblem::Denied);
}

void TestLoginStore::theUserMayTryAgain()
{
    m_chain->readFault = KeychainFault::Silent;
    unlock();
    QCOMPARE(m_store->state(), KeyState::Closed);
    m_chain->readFault.reset();
    QSignalSpy changed(m_store.get(), &LoginStore::stateChanged);
    unlock();
    QCOMPARE(m_store->state(), KeyState::Ready);
    QCOMPARE(m_store->problem(), KeyProblem::None);
    QCOMPARE(changed.size(), 2); // Opening, Ready
    const int reads = m_chain->reads;
    unlock();
    QCOMPARE(m_chain->reads, reads);
}

void TestLoginStore::aKeychainMayAnswerAfterTheStoreIsGone()
{
    m_chain->waits = true;
    std::stop_source stop;
    const auto unlocking = m_store->unlock(stop.get_token());
    stop.request_stop();
    QVERIFY(unlocking.isReady());
    m_store.reset();
    emit m_chain->answered();
    QVERIFY(m_chain->entries.isEmpty());
}

void TestLoginStore::aDamagedTokenAsksForANewLoginAndIsKept()
{
    unlock();
    QVERIFY(m_store->save(test::login(u"l1"_s), tokens()));
    QVERIFY(m_store->save(test::login(u"l2"_s), tokens()));
    QVERIFY(m_vault->keys.saveSecret({u"l1"_s, u"access"_s, "damaged"}));
    unlocked();
    QCOMPARE(m_store->login({u"l1"_s})->state, LoginState::NeedsLogin);
    QCOMPARE(m_vault->keys.secret(u"l1"_s, u"access"_s), "damaged"_ba);
    QCOMPARE(m_store->tokens({u"l2"_s})->access.reveal(), kAccess);
    QVERIFY(m_store->save(test::login(u"l1"_s), tokens()));
    unlocked();
    QCOMPARE(m_store->login({u"l1"_s})->state, LoginState::Ok);
}

void TestLoginStore::theKeyOfSuccessorsIsStableAndNotTheKeyItself()
{
    unlock();
    const QByteArray one = m_store->successorKey().copy().reveal();
    QCOMPARE(one.size(), crypto::kKeyBytes);
    QVERIFY(m_chain->key() != one);
    unlocked();
    QCOMPARE(m_store->successorKey().reveal(), one);
}

FLAREDECK_TEST(TestLoginStore)

} // namespace tst_loginstore

#include "tst_loginstore.moc"
