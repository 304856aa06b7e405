#pragma once

#include "core/store/vault/vault.h"
#include "tests/core/store/unwritable.h"

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
        if (!m_vault->logins.save(login))
            qFatal("cannot store the test login");
    }

    store::Vault &operator*() { return *m_vault; }
    store::Vault *operator->() { return m_vault.get(); }
    /// As after a restart of the app.
    void reopen() { m_vault = open(); }
    void forgoSync() { test::forgoSync(file()); }
    void setWritable(bool writable) { test::setWritable(file(), writable); }

    [[nodiscard]] QString file() const { return m_directory.filePath(QStringLiteral("vault.db")); }

private:
    std::unique_ptr<store::Vault> open()
    {
        auto opened = store::Vault::open(file(), m_clock);
        if (!opened)
            qFatal("%s", qPrintable(opened.error().text()));
        return *std::move(opened);
    }

    QTemporaryDir m_directory;
    const Clock &m_clock;
    std::unique_ptr<store::Vault> m_vault;
};

} // namespace flaredeck::oauth
