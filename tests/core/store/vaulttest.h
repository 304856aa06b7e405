#pragma once

#include "core/store/vault/vault.h"
#include "fixtures.h"

#include <QSqlDatabase>
#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <optional>

namespace flaredeck::store {

/// A test on its own vault file, a new one for each function.
class VaultTest : public QObject
{
protected:
    void start()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_file = m_dir->filePath(QStringLiteral("vault.db"));
        reopen();
    }

    void stop()
    {
        m_vault.reset();
        QVERIFY2(QSqlDatabase::connectionNames().isEmpty(), "a connection was not removed");
    }

    void reopen()
    {
        m_vault.reset();
        auto vault = Vault::open(m_file, m_clock);
        QVERIFY2(vault, vault ? "" : qPrintable(vault.error().text()));
        m_vault = *std::move(vault);
    }

    /// A client and a grant with a code, redeemed into tokens.
    void makeGrant(const QString &clientId, const QString &grantId)
    {
        if (!test::storedClient(*m_vault, {clientId}))
            QVERIFY(m_vault->clients.save(test::client(clientId, m_clock.now())));
        const store::Grant grant = test::grant(grantId, clientId, m_clock.now());
        const QByteArray hash = "code of " + grantId.toUtf8();
        QVERIFY(m_vault->grants.add(grant, test::code(hash, grant)));
        QVERIFY(
            m_vault->tokens
                .redeem(hash,
                        test::accessToken("access of " + grantId.toUtf8(), grantId, m_clock.now()),
                        test::refreshState(grantId, 1, "refresh of " + grantId.toUtf8()),
                        m_clock.now())
                .value());
    }

    /// Of one grant.
    [[nodiscard]] QList<AccessToken> accessTokens(const QString &grantId)
    {
        QList<AccessToken> tokens = m_vault->tokens.accessTokens();
        tokens.removeIf([&](const AccessToken &token) { return token.grant.value != grantId; });
        return tokens;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    QString m_file;
    test::ManualClock m_clock;
    std::unique_ptr<Vault> m_vault;
};

} // namespace flaredeck::store
