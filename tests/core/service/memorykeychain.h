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

    Task<store::KeychainResult<Secret>> read(QString entry) override
    {
        if (!m_content->contains(entry))
            co_return store::refused(store::KeychainFault::NotFound);
        co_return Secret(m_content->value(entry));
    }
    Task<store::KeychainResult<>> write(QString entry, Secret value) override
    {
        m_content->insert(entry, value.reveal());
        co_return store::KeychainResult<>();
    }
    Task<store::KeychainResult<>> remove(QString entry) override
    {
        m_content->remove(entry);
        co_return store::KeychainResult<>();
    }

private:
    KeychainContent m_content;
};

/// A computer without a keychain.
class NoKeychain : public store::Keychain
{
public:
    Task<store::KeychainResult<Secret>> read(QString) override
    {
        co_return store::refused(store::KeychainFault::Missing);
    }
    Task<store::KeychainResult<>> write(QString, Secret) override
    {
        co_return store::refused(store::KeychainFault::Missing);
    }
    Task<store::KeychainResult<>> remove(QString) override
    {
        co_return store::refused(store::KeychainFault::Missing);
    }
};

} // namespace flaredeck::test
