#pragma once

#include "core/store/vault.h"

#include <QTemporaryDir>

namespace flaredeck::oauth {

/// A vault in a directory of its own, with the one login that grants stand on.
class TestVault
{
public:
    explicit TestVault(const Clock &clock)
        : m_clock(clock)
        , m_vault(open())
    {
        store::Login login;
        login.id.value = QStringLiteral("login1");
        if (!m_vault.saveLogin(login))
            qFatal("cannot store the test login");
    }

    store::Vault &operator*() { return m_vault; }
    store::Vault *operator->() { return &m_vault; }
    /// As after a restart of the app.
    void reopen() { m_vault = open(); }

private:
    store::Vault open()
    {
        auto opened = store::Vault::open(m_directory.filePath(QStringLiteral("vault.db")), m_clock);
        if (!opened)
            qFatal("%s", qPrintable(opened.error().text()));
        return std::move(*opened);
    }

    QTemporaryDir m_directory;
    const Clock &m_clock;
    store::Vault m_vault;
};

} // namespace flaredeck::oauth
