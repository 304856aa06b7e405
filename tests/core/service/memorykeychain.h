#pragma once

#include "core/store/keychain.h"

#include <QByteArray>
#include <QHash>

#include <memory>

namespace flaredeck::test {

/// What a keychain holds; shared, so that it outlives the app that a test restarts.
using KeychainContent = std::shared_ptr<QHash<QString, QByteArray>>;

/// A keychain that is open and answers at once.
class MemoryKeychain : public store::Keychain
{
public:
    explicit MemoryKeychain(
        KeychainContent content = std::make_shared<QHash<QString, QByteArray>>())
        : m_content(std::move(content))
    {
    }

    Task<Result<Secret>> read(QString entry) override
    {
        if (!m_content->contains(entry))
            co_return fail(Error::Kind::NotFound, QStringLiteral("There is no such entry."));
        co_return Secret(m_content->value(entry));
    }
    Task<Result<>> write(QString entry, Secret value) override
    {
        m_content->insert(entry, value.reveal());
        co_return Result<>{};
    }
    Task<Result<>> remove(QString entry) override
    {
        m_content->remove(entry);
        co_return Result<>{};
    }

private:
    KeychainContent m_content;
};

/// A computer without a keychain.
class NoKeychain : public store::Keychain
{
public:
    Task<Result<Secret>> read(QString) override { co_return fail(missing()); }
    Task<Result<>> write(QString, Secret) override { co_return fail(missing()); }
    Task<Result<>> remove(QString) override { co_return fail(missing()); }

private:
    static Error missing()
    {
        return {Error::Kind::Storage, QStringLiteral("There is no keychain.")};
    }
};

} // namespace flaredeck::test
