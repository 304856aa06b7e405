#pragma once

#include "core/base/waiting.h"
#include "core/store/keychain/keychain.h"

#include <QHash>
#include <QObject>

#include <optional>

namespace flaredeck::test {

/// The entries of a keychain and how it behaves. Outlives the Keychain objects, as the system's
/// does.
class FakeChain : public QObject
{
    Q_OBJECT

public:
    QHash<QString, QByteArray> entries;
    std::optional<store::KeychainFault> readFault = {};
    std::optional<store::KeychainFault> writeFault = {};
    std::optional<store::KeychainFault> removeFault = {};
    bool forgets = false; ///< reports a write as done without doing it
    bool waits = false;   ///< each operation waits for answered() before it has any effect
    bool reached = true;  ///< false: the waiting operation is lost
    int reads = 0;

    /// The value of the only entry.
    [[nodiscard]] QByteArray key() const
    {
        return entries.size() == 1 ? entries.constBegin().value() : QByteArray();
    }

signals:
    void asked();
    void answered();
};

class FakeKeychain final : public store::Keychain
{
public:
    explicit FakeKeychain(FakeChain &chain)
        : m_chain(chain)
    {
    }
    Task<store::KeychainResult<Secret>> read(QString entry, std::stop_token stop) override
    {
        return readFrom(&m_chain, std::move(entry), std::move(stop));
    }
    Task<store::KeychainResult<>> write(QString entry, Secret value, std::stop_token stop) override
    {
        return writeTo(&m_chain, std::move(entry), value.reveal(), std::move(stop));
    }
    Task<store::KeychainResult<>> remove(QString entry, std::stop_token stop) override
    {
        return removeFrom(&m_chain, std::move(entry), std::move(stop));
    }

private:
    static Task<store::KeychainResult<Secret>> readFrom(FakeChain *chain, QString entry,
                                                        std::stop_token stop)
    {
        ++chain->reads;
        emit chain->asked();
        if (chain->waits)
            co_await waitForSignal(chain, &FakeChain::answered, std::chrono::minutes(1), stop);
        if (chain->readFault)
            co_return store::refused(*chain->readFault);
        const auto found = chain->entries.constFind(entry);
        if (found == chain->entries.cend())
            co_return store::refused(store::KeychainFault::NotFound);
        co_return Secret(QByteArray(found->constData(), found->size()));
    }
    static Task<store::KeychainResult<>> writeTo(FakeChain *chain, QString entry, QByteArray value,
                                                 std::stop_token stop)
    {
        emit chain->asked();
        const QByteArray copy(value.constData(), value.size()); // the Secret wipes its own bytes
        if (chain->waits)
            co_await waitForSignal(chain, &FakeChain::answered, std::chrono::minutes(1), stop);
        if (!chain->reached)
            co_return store::refused(store::KeychainFault::Failed);
        if (chain->writeFault)
            co_return store::refused(*chain->writeFault);
        if (!chain->forgets)
            chain->entries[entry] = copy;
        co_return store::KeychainResult<>();
    }
    static Task<store::KeychainResult<>> removeFrom(FakeChain *chain, QString entry,
                                                    std::stop_token stop)
    {
        emit chain->asked();
        if (chain->waits)
            co_await waitForSignal(chain, &FakeChain::answered, std::chrono::minutes(1), stop);
        if (!chain->reached)
            co_return store::refused(store::KeychainFault::Failed);
        if (chain->removeFault)
            co_return store::refused(*chain->removeFault);
        chain->entries.remove(entry);
        co_return store::KeychainResult<>();
    }
    FakeChain &m_chain;
};

} // namespace flaredeck::test
