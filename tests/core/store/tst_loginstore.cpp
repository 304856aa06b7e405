#include "core/base/crypto.h"
#include "core/store/loginstore.h"
#include "fixtures.h"
#include "unwritable.h"

#include <QCoroSignal>

#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace flaredeck;
using store::KeyState;
using store::Login;
using store::LoginState;
using store::LoginStore;
using store::Vault;

namespace {

const QByteArray kAccess = "upstream-access-token-value";
const QByteArray kRefresh = "upstream-refresh-token-value";
const QByteArray kClientSecret = "upstream-client-secret-value";

/// What a keychain holds and how it behaves. Outlives the keychains, as the system's does.
class FakeChain : public QObject
{
    Q_OBJECT

public:
    QHash<QString, QByteArray> entries;
    std::optional<Error> readError = {};
    std::optional<Error> writeError = {};
    bool waits = false; ///< until answered()
    int reads = 0;

signals:
    void answered();
};

class FakeKeychain final : public store::Keychain
{
public:
    explicit FakeKeychain(FakeChain &chain)
        : m_chain(chain)
    {
    }
    Task<Result<Secret>> read(QString entry) override
    {
        return readFrom(&m_chain, std::move(entry));
    }
    Task<Result<>> write(QString entry, Secret value) override
    {
        if (m_chain.writeError)
            co_return fail(*m_chain.writeError);
        m_chain.entries[entry] = value.copy().reveal();
        co_return {};
    }
    Task<Result<>> remove(QString entry) override
    {
        m_chain.entries.remove(entry);
        co_return {};
    }

private:
    static Task<Result<Secret>> readFrom(FakeChain *chain, QString entry)
    {
        ++chain->reads;
        if (chain->waits)
            co_await qCoro(chain, &FakeChain::answered);
        if (chain->readError)
            co_return fail(*chain->readError);
        const auto found = chain->entries.constFind(entry);
        if (found == chain->entries.cend())
            co_return fail(Error::Kind::NotFound, u"no such entry"_s);
        co_return Secret(*found);
    }
    FakeChain &m_chain;
};

LoginStore::Tokens tokens()
{
    return {Secret(QByteArray(kAccess)), Secret(QByteArray(kRefresh))};
}

} // namespace

class TestLoginStore : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void theFirstUnlockMakesAKey();
    void loginsSurviveARestart();
    void secretsSurviveARestartAndCanBeRemoved();
    void noSecretIsInClearInAnyFile();
    void aTokenMovedToAnotherLoginDoesNotOpen();
    void anApiTokenHasNoRefreshToken();
    void statesSurviveARestart();
    void removingALoginRemovesItsTokens();
    void whileTheKeychainIsSilentNothingIsKept();
    void withoutAKeychainNothingIsKept();
    void aKeychainThatCannotWriteIsNone();
    void theUserMayTryAgain();
    void aLostKeyAsksForANewLogin();
    void aDamagedKeyIsReplaced();
    void anotherKeyAsksForANewLogin();
    void thisSessionOnlyLeavesNothingOnDisk();
    void thisSessionOnlyLeavesKeptLoginsForTheNextRun();
    void thisSessionOnlyRevivesNoEndedLogin();
    void anAnswerAfterThisSessionOnlyIsIgnored();
    void rotatedTokensServeFromMemoryUntilTheyCanBeStored();
    void rotatedTokensAreStoredAtTheLatestWhenTheProgramEnds();
    void rotatedTokensOfARemovedLoginAreForgotten();
    void anEndHoldsThoughItCannotBeStored();
    void aKeychainMayAnswerAfterTheStoreIsGone();
    void derivedKeysAreStableAndDiffer();
    void dataDirectoriesHaveKeysOfTheirOwn();

private:
    void reopen(const QString &vaultId = u"v1"_s);
    void unlocked()
    {
        reopen();
        unlock();
        QCOMPARE(m_store->state(), KeyState::Ready);
    }
    void unlock() { QCoro::waitFor(m_store->unlock()); }
    /// As the next run would find it.
    [[nodiscard]] QByteArray storedRefresh();

    std::unique_ptr<QTemporaryDir> m_dir;
    test::FakeClock m_clock;
    std::unique_ptr<FakeChain> m_chain;
    std::optional<Vault> m_vault;
    std::unique_ptr<LoginStore> m_store;
};

void TestLoginStore::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    m_chain = std::make_unique<FakeChain>();
    reopen();
}

void TestLoginStore::cleanup()
{
    m_store.reset();
    m_vault.reset();
}

void TestLoginStore::reopen(const QString &vaultId)
{
    m_store.reset();
    m_vault.reset();
    Result<Vault> vault = Vault::open(m_dir->filePath(u"vault.db"_s), m_clock);
    QVERIFY2(vault, vault ? "" : qPrintable(vault.error().text()));
    m_vault.emplace(*std::move(vault));
    m_store =
        std::make_unique<LoginStore>(*m_vault, std::make_unique<FakeKeychain>(*m_chain), vaultId);
}

QByteArray TestLoginStore::storedRefresh()
{
    LoginStore next(*m_vault, std::make_unique<FakeKeychain>(*m_chain), u"v1"_s);
    QCoro::waitFor(next.unlock());
    const auto held = next.tokens({u"l1"_s});
    return held ? held->refresh.copy().reveal() : QByteArray();
}

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
             QList({test::login(u"l1"_s)})); // known before the keychain has answered
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
    QVERIFY(m_vault->saveSealedSecret(u"l2"_s, u"access"_s,
                                      m_vault->sealedSecret(u"l1"_s, u"access"_s)));
    QCOMPARE(m_store->tokens({u"l2"_s}).error().kind, Error::Kind::Storage);
    // Nor to another column of its own row.
    QVERIFY(m_vault->saveSealedSecret(u"l1"_s, u"access"_s,
                                      m_vault->sealedSecret(u"l1"_s, u"refresh"_s)));
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
    QVERIFY(!m_vault->hasSealedSecrets());
    unlocked();
    QVERIFY(m_store->logins().isEmpty());
}

void TestLoginStore::whileTheKeychainIsSilentNothingIsKept()
{
    m_chain->waits = true;
    const auto unlocking = m_store->unlock();
    const auto twice = m_store->unlock();
    QCOMPARE(m_chain->reads, 1);
    QCOMPARE(m_store->state(), KeyState::Opening);
    QCOMPARE(m_store->save(test::login(u"l1"_s), tokens()).error().kind, Error::Kind::Storage);
    QVERIFY(!m_store->saveSecret(u"client"_s, Secret(QByteArray("x"))));
    QVERIFY(m_store->derivedKey("p").isEmpty());
    emit m_chain->answered();
    QTRY_COMPARE(m_store->state(), KeyState::Ready);
    QVERIFY(m_store->save(test::login(u"l1"_s), tokens()));
}

void TestLoginStore::withoutAKeychainNothingIsKept()
{
    m_chain->readError = Error{Error::Kind::Storage, u"No keychain."_s, u"Start one."_s};
    unlock();
    QCOMPARE(m_store->state(), KeyState::NoKeychain);
    QCOMPARE(m_store->problem(), u"No keychain. Start one."_s);
    const Result<> saved = m_store->save(test::login(u"l1"_s), tokens());
    QCOMPARE(saved.error().kind, Error::Kind::Storage);
    QVERIFY(saved.error().message.contains(u"No keychain."_s));
    QVERIFY(m_store->logins().isEmpty());
    QVERIFY(m_vault->logins().isEmpty());
    QVERIFY(!m_vault->hasSealedSecrets());
    QVERIFY(m_store->derivedKey("p").isEmpty());
    QCOMPARE(m_store->tokens({u"l1"_s}).error().kind, Error::Kind::Storage);
    QCOMPARE(m_store->secret(u"client"_s).error().kind, Error::Kind::Storage);
}

void TestLoginStore::aKeychainThatCannotWriteIsNone()
{
    m_chain->writeError = Error{Error::Kind::Storage, u"Read-only."_s, {}};
    unlock();
    QCOMPARE(m_store->state(), KeyState::NoKeychain);
    QCOMPARE(m_store->problem(), u"Read-only."_s);
}

void TestLoginStore::theUserMayTryAgain()
{
    m_chain->readError = Error{Error::Kind::Timeout, u"Silent."_s, {}};
    unlock();
    QCOMPARE(m_store->state(), KeyState::NoKeychain);
    m_chain->readError.reset();
    QSignalSpy changed(m_store.get(), &LoginStore::stateChanged);
    unlock();
    QCOMPARE(m_store->state(), KeyState::Ready);
    QVERIFY(m_store->problem().isEmpty());
    QCOMPARE(changed.size(), 2); // Opening, Ready
    const int reads = m_chain->reads;
    unlock();
    QCOMPARE(m_chain->reads, reads);
}

void TestLoginStore::aLostKeyAsksForANewLogin()
{
    unlock();
    QVERIFY(m_store->save(test::login(u"l1"_s), tokens()));
    QVERIFY(m_store->saveSecret(u"client"_s, Secret(QByteArray(kClientSecret))));
    m_chain->entries.clear();
    unlocked();
    QCOMPARE(m_store->login({u"l1"_s})->state, LoginState::NeedsLogin);
    QCOMPARE(m_store->tokens({u"l1"_s}).error().kind, Error::Kind::Unauthorized);
    const auto secret = m_store->secret(u"client"_s);
    QCOMPARE(secret.error().kind, Error::Kind::Storage);
    QVERIFY(!secret.error().action.isEmpty());
    unlocked();
    QCOMPARE(m_store->login({u"l1"_s})->state, LoginState::NeedsLogin);

    Login again = test::login(u"l1"_s);
    QVERIFY(m_store->save(again, tokens()));
    unlocked();
    QCOMPARE(m_store->login({u"l1"_s})->state, LoginState::Ok);
    QCOMPARE(m_store->tokens({u"l1"_s})->access.reveal(), kAccess);
}

void TestLoginStore::aDamagedKeyIsReplaced()
{
    m_chain->entries[u"vault-key-v1"_s] = "short";
    unlocked();
    QCOMPARE(m_chain->entries.value(u"vault-key-v1"_s).size(), crypto::kKeyBytes);
    QVERIFY(m_store->save(test::login(u"l1"_s), tokens()));
}

void TestLoginStore::anotherKeyAsksForANewLogin()
{
    unlock();
    QVERIFY(m_store->save(test::login(u"l1"_s), tokens()));
    // As after restoring the keychain, or the data directory, from another time.
    m_chain->entries[u"vault-key-v1"_s] = crypto::randomBytes(crypto::kKeyBytes);
    unlocked();
    QCOMPARE(m_store->login({u"l1"_s})->state, LoginState::NeedsLogin);
}

void TestLoginStore::thisSessionOnlyLeavesNothingOnDisk()
{
    m_chain->readError = Error{Error::Kind::Storage, u"No keychain."_s, {}};
    unlock();
    m_store->useThisSessionOnly();
    QCOMPARE(m_store->state(), KeyState::SessionOnly);
    QVERIFY(m_store->problem().isEmpty());
    QVERIFY(m_store->save(test::login(u"session-login"_s), tokens()));
    QVERIFY(m_store->saveSecret(u"client"_s, Secret(QByteArray(kClientSecret))));
    QVERIFY(m_store->setState({u"session-login"_s}, LoginState::NeedsLogin));
    QCOMPARE(m_store->login({u"session-login"_s})->state, LoginState::NeedsLogin);
    QCOMPARE(m_store->tokens({u"session-login"_s})->access.reveal(), kAccess);
    QCOMPARE(m_store->secret(u"client"_s)->reveal(), kClientSecret);
    const QByteArray derived = m_store->derivedKey("p").reveal();
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
    QVERIFY(m_store->derivedKey("p").reveal() != derived);
}

void TestLoginStore::thisSessionOnlyLeavesKeptLoginsForTheNextRun()
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

void TestLoginStore::thisSessionOnlyRevivesNoEndedLogin()
{
    unlock();
    QVERIFY(m_store->save(test::login(u"l1"_s), tokens()));
    QVERIFY(m_store->setState({u"l1"_s}, LoginState::NeedsLogin));
    reopen();
    m_store->useThisSessionOnly();
    QCOMPARE(m_store->login({u"l1"_s})->state, LoginState::NeedsLogin);
}

void TestLoginStore::anAnswerAfterThisSessionOnlyIsIgnored()
{
    m_chain->waits = true;
    const auto unlocking = m_store->unlock();
    m_store->useThisSessionOnly();
    QVERIFY(m_store->save(test::login(u"l1"_s), tokens()));
    emit m_chain->answered();
    QTRY_VERIFY(unlocking.isReady());
    QCOMPARE(m_store->state(), KeyState::SessionOnly);
    QVERIFY(m_chain->entries.isEmpty());
    QCOMPARE(m_store->tokens({u"l1"_s})->access.reveal(), kAccess);
}

void TestLoginStore::rotatedTokensServeFromMemoryUntilTheyCanBeStored()
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

void TestLoginStore::rotatedTokensAreStoredAtTheLatestWhenTheProgramEnds()
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

void TestLoginStore::rotatedTokensOfARemovedLoginAreForgotten()
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

void TestLoginStore::anEndHoldsThoughItCannotBeStored()
{
    unlock();
    QVERIFY(m_store->save(test::login(u"l1"_s), tokens()));
    test::setWritable(m_dir->filePath(u"vault.db"_s), false);
    QVERIFY(!m_store->setState({u"l1"_s}, LoginState::NeedsLogin));
    QCOMPARE(m_store->login({u"l1"_s})->state, LoginState::NeedsLogin);
}

void TestLoginStore::aKeychainMayAnswerAfterTheStoreIsGone()
{
    m_chain->waits = true;
    const auto unlocking = m_store->unlock();
    m_store.reset();
    emit m_chain->answered();
    QTRY_VERIFY(unlocking.isReady());
    QVERIFY(m_chain->entries.isEmpty());
}

void TestLoginStore::derivedKeysAreStableAndDiffer()
{
    unlock();
    const QByteArray one = m_store->derivedKey("rt-derive").reveal();
    QCOMPARE(one.size(), crypto::kKeyBytes);
    QVERIFY(m_store->derivedKey("upstream-vault").reveal() != one);
    QVERIFY(m_chain->entries.value(u"vault-key-v1"_s) != one);
    unlocked();
    QCOMPARE(m_store->derivedKey("rt-derive").reveal(), one);
}

void TestLoginStore::dataDirectoriesHaveKeysOfTheirOwn()
{
    unlock();
    reopen(u"v2"_s);
    unlock();
    QCOMPARE(m_chain->entries.size(), 2);
    QVERIFY(m_chain->entries.value(u"vault-key-v1"_s) != m_chain->entries.value(u"vault-key-v2"_s));
}

QTEST_GUILESS_MAIN(TestLoginStore)
#include "tst_loginstore.moc"
