#pragma once

#include "core/store/vault/loginstore.h"
#include "fakekeychain.h"
#include "fixtures.h"

#include <QTemporaryDir>
#include <QTest>

namespace flaredeck::store {

inline const QByteArray kAccess = "upstream-access-token-value";
inline const QByteArray kRefresh = "upstream-refresh-token-value";
inline const QByteArray kClientSecret = "upstream-client-secret-value";

/// The first tokens of a login.
inline LoginStore::Tokens tokens()
{
    return {Secret(QByteArray(kAccess)), Secret(QByteArray(kRefresh))};
}

/// A test on logins in its own vault, whose key is in the test's keychain.
class LoginStoreTest : public QObject
{
protected:
    void start()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_chain = std::make_unique<test::FakeChain>();
        reopen();
    }

    void stop()
    {
        m_store.reset();
        m_vault.reset();
    }

    void unlock() { QCoro::waitFor(m_store->unlock({})); }
    void unlocked()
    {
        reopen();
        unlock();
        QCOMPARE(m_store->state(), KeyState::Ready);
    }

    void reopen()
    {
        m_store.reset();
        m_vault.reset();
        auto vault = Vault::open(m_dir->filePath(QStringLiteral("vault.db")), m_clock);
        QVERIFY2(vault, vault ? "" : qPrintable(vault.error().text()));
        m_vault = *std::move(vault);
        if (!m_vault->keys.record()->has_value()) // a fixed name for the tests
            QVERIFY(m_vault->keys.save(
                {.instance = QStringLiteral("v1"), .entry = QStringLiteral("vault-key-v1")}));
        reopenStore();
    }
    void reopenStore()
    {
        m_store.reset();
        m_store =
            std::make_unique<LoginStore>(*m_vault, std::make_unique<test::FakeKeychain>(*m_chain));
    }

    /// The stored refresh token as the next run would find it.
    [[nodiscard]] QByteArray storedRefresh()
    {
        LoginStore next(*m_vault, std::make_unique<test::FakeKeychain>(*m_chain));
        QCoro::waitFor(next.unlock({}));
        const auto held = next.tokens({QStringLiteral("l1")});
        return held ? held->refresh.copy().reveal() : QByteArray();
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    test::ManualClock m_clock;
    std::unique_ptr<test::FakeChain> m_chain;
    std::unique_ptr<Vault> m_vault;
    std::unique_ptr<LoginStore> m_store;
};

} // namespace flaredeck::store
