#pragma once

#include "core/store/keychain.h"

#include <QCoroSignal>

#include <QHash>
#include <QObject>

#include <optional>

namespace flaredeck::test {

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
            co_return fail(Error::Kind::NotFound, QStringLiteral("no such entry"));
        co_return Secret(*found);
    }
    FakeChain &m_chain;
};

} // namespace flaredeck::test
