#include "core/base/crypto.h"
#include "core/store/audit/auditreader.h"
#include "loginstoretest.h"
#include "tests/support/testcase.h"
#include "unwritable.h"

#include <QSignalSpy>

namespace tst_vaultkey {

using namespace Qt::StringLiterals;
using namespace flaredeck;
using namespace flaredeck::store;

/// The key of the vault: found again, lost, wrong, replaced, and interrupted by a crash.
class TestVaultKey : public LoginStoreTest
{
    Q_OBJECT

private slots:
    void init();
    void cleanup() { stop(); }
    void theVaultKnowsItsOwnKey();
    void vaultsHaveKeysOfTheirOwn();
    void aKeyThatWasNotCheckedYetIsTaken();
    void reasonsAreTold_data();
    void reasonsAreTold();
    void aLostKeyChangesNothingUntilThePersonChooses();
    void aWrongKeyChangesNothing_data();
    void aWrongKeyChangesNothing();
    void startingAnewIsOnlyForLostKeys();
    void startingAnewWithoutAKeychainDeletesNothing();
    void withNothingSealedALostKeyIsReplaced();
    void thisSessionOnlyLeavesALostVaultAlone();
    void aCopyBesideAnotherKeychainOpensNothingAndLosesNothing();
    void rotationSealsEverythingAnew();
    void rotationNeedsAnOpenVault();
    void aRotationThatFailsKeepsTheOldKey_data();
    void aRotationThatFailsKeepsTheOldKey();
    void aKilledRotationLeavesOneUsableKey_data();
    void aKilledRotationLeavesOneUsableKey();
    void anOldEntryThatStaysIsRemovedAtTheNextStart();
    void theSuccessorsOfRefreshTokensAreSealedAnew();
    void theAuditTrailIsSealedWithTheKey();
    void aNewKeySaysWhenTheTrailDidNotFitItsSeal();
    void aCopyNeverWritesOverTheKeyOfTheOriginal();

private:
    /// A login and a secret sealed with the vault's key.
    void fill();
    [[nodiscard]] bool opensEverything();
    [[nodiscard]] KeyRecord record() { return m_vault->keys.record()->value(); }
    [[nodiscard]] QList<QByteArray> sealed();
    [[nodiscard]] SealState sealOfTrail()
    {
        auto reader = AuditReader::open(m_dir->filePath(u"vault.db"_s));
        return m_vault->audit.check(reader->verify()->seal);
    }
    [[nodiscard]] bool writeRow()
    {
        return m_vault->audit.record({.kind = AuditKind::Denied}).has_value();
    }
};

void TestVaultKey::init()
{
    start();
    unlock();
    fill();
}

void TestVaultKey::fill()
{
    QCOMPARE(m_store->state(), KeyState::Ready);
    QVERIFY(m_store->save(test::login(u"l1"_s), tokens()));
    QVERIFY(m_store->saveSecret(u"client"_s, Secret(QByteArray(kClientSecret))));
}

bool TestVaultKey::opensEverything()
{
    const auto held = m_store->tokens({u"l1"_s});
    const auto secret = m_store->secret(u"client"_s);
    return held && held->access.reveal() == kAccess && held->refresh.reveal() == kRefresh &&
           secret && secret->reveal() == kClientSecret &&
           m_store->login({u"l1"_s})->state == LoginState::Ok;
}

QList<QByteArray> TestVaultKey::sealed()
{
    QList<QByteArray> all;
    const auto secrets = m_vault->keys.secrets();
    for (const SealedSecret &secret : *secrets)
        all << secret.sealed;
    return all;
}

void TestVaultKey::theVaultKnowsItsOwnKey()
{
    QCOMPARE(record().instance, u"v1"_s);
    QCOMPARE(record().entry, u"vault-key-v1"_s);
    QCOMPARE(record().number, 1);
    QVERIFY(!record().check.isEmpty());
}

void TestVaultKey::vaultsHaveKeysOfTheirOwn()
{
    QTemporaryDir dir;
    auto other = Vault::open(dir.filePath(u"vault.db"_s), m_clock);
    LoginStore logins(**other, std::make_unique<test::FakeKeychain>(*m_chain));
    QCoro::waitFor(logins.unlock({}));
    QCOMPARE(logins.state(), KeyState::Ready);
    QCOMPARE(m_chain->entries.size(), 2);
    QVERIFY(m_chain->entries.value(u"vault-key-v1"_s) !=
            m_chain->entries.value((*other)->keys.record()->value().entry));
}

void TestVaultKey::aKeyThatWasNotCheckedYetIsTaken()
{
    // The process ended after the keychain had stored the key, before the vault recorded it.
    QVERIFY(m_store->remove({u"l1"_s}));
    QVERIFY(m_store->saveSecret(u"client"_s, Secret()));
    KeyRecord before = record();
    before.check.clear();
    QVERIFY(m_vault->keys.save(before));
    const QByteArray key = m_chain->key();
    unlocked();
    QCOMPARE(m_chain->key(), key);
    QVERIFY(!record().check.isEmpty());
    fill();
    unlocked();
    QVERIFY(opensEverything());
}

void TestVaultKey::reasonsAreTold_data()
{
    QTest::addColumn<KeychainFault>("fault");
    QTest::addColumn<KeyProblem>("problem");
    QTest::addColumn<QString>("words");
    QTest::newRow("locked") << KeychainFault::Locked << KeyProblem::Locked << u"is locked"_s;
    QTest::newRow("denied") << KeychainFault::Denied << KeyProblem::Denied << u"refused"_s;
    QTest::newRow("missing") << KeychainFault::Missing << KeyProblem::Missing << u"no keychain"_s;
    QTest::newRow("silent") << KeychainFault::Silent << KeyProblem::Silent << u"not answer"_s;
    QTest::newRow("failed") << KeychainFault::Failed << KeyProblem::Failed << u"failed"_s;
}

void TestVaultKey::reasonsAreTold()
{
    QFETCH(KeychainFault, fault);
    QFETCH(KeyProblem, problem);
    QFETCH(QString, words);
    m_chain->readFault = fault;
    reopen();
    const QList<QByteArray> before = sealed();
    unlock();
    QCOMPARE(m_store->state(), KeyState::Closed);
    QCOMPARE(m_store->problem(), problem);
    QVERIFY(m_store->closedError().message.contains(words));
    QVERIFY(!m_store->closedError().action.isEmpty());
    QCOMPARE(m_store->tokens({u"l1"_s}).error(), m_store->closedError());
    QVERIFY(m_store->successorKey().isEmpty());
    QCOMPARE(sealed(), before);

    m_chain->readFault.reset();
    unlock();
    QVERIFY(opensEverything());
}

void TestVaultKey::aLostKeyChangesNothingUntilThePersonChooses()
{
    const auto kept = m_chain->entries;
    const QList<QByteArray> before = sealed();
    m_chain->entries.clear();
    reopen();
    unlock();
    QCOMPARE(m_store->state(), KeyState::Closed);
    QCOMPARE(m_store->problem(), KeyProblem::EntryLost);
    QVERIFY(m_chain->entries.isEmpty());
    QCOMPARE(sealed(), before);
    QCOMPARE(m_store->login({u"l1"_s})->state, LoginState::Ok);
    QVERIFY(!m_store->save(test::login(u"l2"_s), tokens()));

    // The entry comes back.
    m_chain->entries = kept;
    unlock();
    QVERIFY(opensEverything());

    // The entry does not come back, and the person gives up the sealed values.
    m_chain->entries.clear();
    reopen();
    unlock();
    const Result<> anew = QCoro::waitFor(m_store->startAnew({}));
    QVERIFY2(anew, anew ? "" : qPrintable(anew.error().text()));
    QCOMPARE(m_store->state(), KeyState::Ready);
    QCOMPARE(m_store->login({u"l1"_s})->state, LoginState::NeedsLogin);
    QCOMPARE(m_store->secret(u"client"_s).error().kind, Error::Kind::NotFound);
    QVERIFY(sealed().isEmpty());
    QCOMPARE(record().number, 2);
    fill();
    unlocked();
    QVERIFY(opensEverything());
}

void TestVaultKey::aWrongKeyChangesNothing_data()
{
    QTest::addColumn<QByteArray>("instead");
    QTest::newRow("of another time") << crypto::randomBytes(crypto::kKeyBytes);
    QTest::newRow("cut short") << "short"_ba;
    QTest::newRow("empty") << ""_ba;
}

void TestVaultKey::aWrongKeyChangesNothing()
{
    QFETCH(QByteArray, instead);
    const QList<QByteArray> before = sealed();
    m_chain->entries[u"vault-key-v1"_s] = instead;
    reopen();
    unlock();
    QCOMPARE(m_store->state(), KeyState::Closed);
    QCOMPARE(m_store->problem(), KeyProblem::WrongKey);
    QCOMPARE(sealed(), before);
    QCOMPARE(m_chain->key(), instead);
    QVERIFY(QCoro::waitFor(m_store->startAnew({})));
    QCOMPARE(m_store->state(), KeyState::Ready);
    // The key in the keychain may open another copy of the vault.
    QCOMPARE(m_chain->entries.value(u"vault-key-v1"_s), instead);
}

void TestVaultKey::startingAnewIsOnlyForLostKeys()
{
    QVERIFY(!QCoro::waitFor(m_store->startAnew({})));
    m_chain->readFault = KeychainFault::Locked;
    reopen();
    unlock();
    QVERIFY(!QCoro::waitFor(m_store->startAnew({})));
    m_chain->readFault.reset();
    unlock();
    QVERIFY(opensEverything());
}

void TestVaultKey::startingAnewWithoutAKeychainDeletesNothing()
{
    const auto kept = m_chain->entries;
    m_chain->entries.clear();
    reopen();
    unlock();
    m_chain->writeFault = KeychainFault::Denied;
    const Result<> anew = QCoro::waitFor(m_store->startAnew({}));
    QVERIFY(!anew);
    QVERIFY(anew.error().message.contains(u"refused"_s));
    QCOMPARE(m_store->problem(), KeyProblem::EntryLost);
    m_chain->entries = kept;
    unlock();
    QVERIFY(opensEverything());
}

void TestVaultKey::withNothingSealedALostKeyIsReplaced()
{
    QVERIFY(m_store->remove({u"l1"_s}));
    QVERIFY(m_store->saveSecret(u"client"_s, Secret()));
    m_chain->entries.clear();
    unlocked();
    QCOMPARE(record().number, 2);
    fill();
    unlocked();
    QVERIFY(opensEverything());
}

void TestVaultKey::thisSessionOnlyLeavesALostVaultAlone()
{
    const auto kept = m_chain->entries;
    m_chain->entries.clear();
    reopen();
    unlock();
    m_store->useThisSessionOnly();
    QCOMPARE(m_store->problem(), KeyProblem::EntryLost);
    QCOMPARE(m_store->login({u"l1"_s})->state, LoginState::Suspended);
    QVERIFY(m_store->save(test::login(u"l2"_s), tokens()));
    QVERIFY(m_chain->entries.isEmpty());
    m_chain->entries = kept;
    unlocked();
    QVERIFY(opensEverything());
}

void TestVaultKey::aCopyBesideAnotherKeychainOpensNothingAndLosesNothing()
{
    QTemporaryDir stolen;
    const QString copy = stolen.filePath(u"vault.db"_s);
    stop(); // then everything is in the one file
    QVERIFY(QFile::copy(m_dir->filePath(u"vault.db"_s), copy));
    auto vault = Vault::open(copy, m_clock);
    test::FakeChain otherKeychain;
    {
        LoginStore logins(**vault, std::make_unique<test::FakeKeychain>(otherKeychain));
        QCoro::waitFor(logins.unlock({}));
        QCOMPARE(logins.problem(), KeyProblem::EntryLost);
        QVERIFY(!logins.tokens({u"l1"_s}));
        QVERIFY(!logins.secret(u"client"_s));
        QVERIFY(logins.successorKey().isEmpty());
        QVERIFY(otherKeychain.entries.isEmpty());
    }
    LoginStore logins(**vault, std::make_unique<test::FakeKeychain>(*m_chain));
    QCoro::waitFor(logins.unlock({}));
    QCOMPARE(logins.tokens({u"l1"_s})->refresh.reveal(), kRefresh);
}

void TestVaultKey::rotationSealsEverythingAnew()
{
    const QList<QByteArray> before = sealed();
    const QByteArray oldKey = m_chain->key();
    QSignalSpy changed(m_store.get(), &LoginStore::stateChanged);
    const Result<> rotated = QCoro::waitFor(m_store->rotateKey({}));
    QVERIFY2(rotated, rotated ? "" : qPrintable(rotated.error().text()));
    QVERIFY(opensEverything());
    QCOMPARE(m_store->keyInUse().first, 2);
    QVERIFY(record().spareEntries.isEmpty());
    QCOMPARE(m_chain->entries.size(), 1);
    QVERIFY(m_chain->key() != oldKey);
    const QList<QByteArray> after = sealed();
    for (const QByteArray &old : before)
        QVERIFY(!after.contains(old));
    QVERIFY(!changed.isEmpty()); // the window shows which key it is
    unlocked();
    QVERIFY(opensEverything());
    QVERIFY(QCoro::waitFor(m_store->rotateKey({})));
    QCOMPARE(m_store->keyInUse().first, 3);
    unlocked();
    QVERIFY(opensEverything());
}

void TestVaultKey::rotationNeedsAnOpenVault()
{
    m_chain->readFault = KeychainFault::Locked;
    reopen();
    unlock();
    QVERIFY(!QCoro::waitFor(m_store->rotateKey({})));
    m_store->useThisSessionOnly();
    const Result<> rotated = QCoro::waitFor(m_store->rotateKey({}));
    QVERIFY(!rotated);
    QVERIFY(!rotated.error().action.isEmpty());
}

void TestVaultKey::aRotationThatFailsKeepsTheOldKey_data()
{
    QTest::addColumn<QString>("what");
    for (const char *what : {"write", "read back", "forgets", "vault"})
        QTest::newRow(what) << QString::fromLatin1(what);
}

void TestVaultKey::aRotationThatFailsKeepsTheOldKey()
{
    QFETCH(QString, what);
    if (what == "write"_L1)
        m_chain->writeFault = KeychainFault::Denied;
    else if (what == "read back"_L1)
        m_chain->readFault = KeychainFault::Locked;
    else if (what == "forgets"_L1)
        m_chain->forgets = true;
    else
        test::setWritable(m_dir->filePath(u"vault.db"_s), false);
    const Result<> rotated = QCoro::waitFor(m_store->rotateKey({}));
    test::setWritable(m_dir->filePath(u"vault.db"_s), true);
    QVERIFY(!rotated);
    QVERIFY(!rotated.error().action.isEmpty());
    QVERIFY(opensEverything());
    m_chain->writeFault.reset();
    m_chain->readFault.reset();
    m_chain->forgets = false;
    unlocked();
    QVERIFY(opensEverything());
    QCOMPARE(m_store->keyInUse().first, 1);
    QCOMPARE(m_chain->entries.size(), 1); // a new key that was written meanwhile was removed again
    QVERIFY(QCoro::waitFor(m_store->rotateKey({})));
}

void TestVaultKey::aKilledRotationLeavesOneUsableKey_data()
{
    QTest::addColumn<int>("answers");
    QTest::addColumn<bool>("reached");
    QTest::addColumn<int>("number");
    QTest::newRow("before the new key is written") << 0 << false << 1;
    QTest::newRow("when it is written") << 0 << true << 1;
    QTest::newRow("before it is read back") << 1 << false << 1;
    QTest::newRow("before the old key is removed") << 2 << false << 2;
    QTest::newRow("when it is removed") << 2 << true << 2;
}

/// The process can end at each wait for the keychain, whether or not the operation has reached the
/// keychain; between two waits one transaction writes the vault.
void TestVaultKey::aKilledRotationLeavesOneUsableKey()
{
    QFETCH(int, answers);
    QFETCH(bool, reached);
    QFETCH(int, number);
    m_chain->waits = true;
    std::stop_source stop;
    const auto rotating = m_store->rotateKey(stop.get_token());
    for (int i = 0; i < answers; ++i) {
        QSignalSpy next(m_chain.get(), &test::FakeChain::asked);
        emit m_chain->answered();
        QTRY_VERIFY(!next.isEmpty());
    }
    m_chain->reached = reached;
    m_chain->waits = false;
    stop.request_stop(); // the last operation takes effect, but its answer is lost
    QVERIFY(rotating.isReady());
    m_store.reset();
    m_chain->reached = true;

    unlocked();
    QVERIFY(opensEverything());
    QCOMPARE(m_store->keyInUse().first, number);
    QCOMPARE(m_chain->entries.size(), 1);
    QVERIFY(m_chain->entries.contains(record().entry));
    QVERIFY(record().spareEntries.isEmpty());
}

void TestVaultKey::anOldEntryThatStaysIsRemovedAtTheNextStart()
{
    m_chain->removeFault = KeychainFault::Failed;
    QVERIFY(QCoro::waitFor(m_store->rotateKey({})));
    QCOMPARE(m_chain->entries.size(), 2);
    unlocked();
    QCOMPARE(m_chain->entries.size(), 2);
    m_chain->removeFault.reset();
    unlocked();
    QCOMPARE(m_chain->entries.size(), 1);
    QVERIFY(opensEverything());
}

void TestVaultKey::theSuccessorsOfRefreshTokensAreSealedAnew()
{
    QVERIFY(m_vault->clients.save(test::client(u"c1"_s, m_clock.now())));
    const auto addGrant = [this](const QString &id, const QByteArray &successor) {
        const Grant grant = test::grant(id, u"c1"_s, m_clock.now());
        QVERIFY(m_vault->grants.add(grant, test::code("code of " + id.toUtf8(), grant)));
        RefreshState state = test::refreshState(id, 2, "hash of " + id.toUtf8());
        state.successor = successor.isEmpty()
                              ? Tokens::sealSuccessor(m_store->successorKey(), state,
                                                      "the secret of " + id.toUtf8())
                              : successor;
        QVERIFY(m_vault->tokens
                    .redeem("code of " + id.toUtf8(),
                            test::accessToken("token of " + id.toUtf8(), id, m_clock.now()), state,
                            m_clock.now())
                    .value_or(false));
    };
    addGrant(u"g1"_s, {});
    addGrant(u"g2"_s, {});
    addGrant(u"lost"_s, "sealed with a key that was lost");
    const auto successor = [this](const QString &id) {
        const auto state = m_vault->tokens.refreshState({id});
        return Tokens::openSuccessor(m_store->successorKey(), *state).value_or(QByteArray());
    };
    const QByteArray before = m_vault->tokens.refreshState({u"g1"_s})->successor;
    QVERIFY(QCoro::waitFor(m_store->rotateKey({})));
    QVERIFY(m_vault->tokens.refreshState({u"g1"_s})->successor != before);
    unlocked();
    QCOMPARE(successor(u"g1"_s), "the secret of g1"_ba);
    QCOMPARE(successor(u"g2"_s), "the secret of g2"_ba);
    QCOMPARE(successor(u"lost"_s), ""_ba);
    // Each value opens only for its own grant and generation.
    RefreshState moved = *m_vault->tokens.refreshState({u"g1"_s});
    moved.grant = {u"g2"_s};
    QVERIFY(!Tokens::openSuccessor(m_store->successorKey(), moved));
    moved = *m_vault->tokens.refreshState({u"g1"_s});
    ++moved.generation;
    QVERIFY(!Tokens::openSuccessor(m_store->successorKey(), moved));
}

void TestVaultKey::theAuditTrailIsSealedWithTheKey()
{
    QCOMPARE(sealOfTrail(), SealState::Intact);
    QVERIFY(writeRow());
    unlocked();
    QCOMPARE(sealOfTrail(), SealState::Intact);
    QVERIFY(QCoro::waitFor(m_store->rotateKey({})));
    QCOMPARE(sealOfTrail(), SealState::Intact);
    unlocked();
    QCOMPARE(sealOfTrail(), SealState::Intact);

    m_chain->readFault = KeychainFault::Locked;
    reopen();
    unlock();
    QVERIFY(writeRow());
    QCOMPARE(sealOfTrail(), SealState::Unchecked);
    m_store->useThisSessionOnly();
    QVERIFY(writeRow());
    QCOMPARE(sealOfTrail(), SealState::Unchecked);
    m_chain->readFault.reset();
    unlocked();
    QCOMPARE(sealOfTrail(), SealState::Intact);

    m_chain->entries.clear();
    reopen();
    unlock();
    QVERIFY(QCoro::waitFor(m_store->startAnew({})));
    QCOMPARE(sealOfTrail(), SealState::Intact);
    unlocked();
    QCOMPARE(sealOfTrail(), SealState::Intact);
}

void TestVaultKey::aNewKeySaysWhenTheTrailDidNotFitItsSeal()
{
    // As if there had never been a key: without its record the next seal would count as the first.
    test::executeOnAll(m_dir->filePath(u"vault.db"_s), u"DELETE FROM audit_seal"_s);
    KeyRecord unknown = record();
    unknown.check.clear();
    QVERIFY(m_vault->keys.save(unknown));
    unlocked();
    QVERIFY(opensEverything());
    QCOMPARE(sealOfTrail(), SealState::Broken);
    QVERIFY(QCoro::waitFor(m_store->rotateKey({})));
    QCOMPARE(sealOfTrail(), SealState::Intact);
    const auto rows = AuditReader::open(m_dir->filePath(u"vault.db"_s))->rows(0, 1);
    QVERIFY2(rows->at(0).outcome.endsWith(u"did not fit their seal"_s),
             qPrintable(rows->at(0).outcome));
}

void TestVaultKey::aCopyNeverWritesOverTheKeyOfTheOriginal()
{
    QTemporaryDir dir;
    stop();
    QVERIFY(QFile::copy(m_dir->filePath(u"vault.db"_s), dir.filePath(u"vault.db"_s)));
    unlocked();
    QVERIFY(QCoro::waitFor(m_store->rotateKey({})));
    // In the same keychain, without its key, as after a restored backup.
    auto vault = Vault::open(dir.filePath(u"vault.db"_s), m_clock);
    LoginStore copy(**vault, std::make_unique<test::FakeKeychain>(*m_chain));
    QCoro::waitFor(copy.unlock({}));
    QCOMPARE(copy.problem(), KeyProblem::EntryLost);
    QVERIFY(QCoro::waitFor(copy.startAnew({})));
    unlocked();
    QVERIFY(opensEverything());
}

FLAREDECK_TEST(TestVaultKey)

} // namespace tst_vaultkey

#include "tst_vaultkey.moc"
