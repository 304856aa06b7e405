#pragma once

#include "core/base/waiting.h"
#include "core/store/keychain/keychain.h"

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

    Task<store::KeychainResult<Secret>> read(QString entry, std::stop_token) override
    {
        if (!m_content->contains(entry))
            co_return store::refused(store::KeychainFault::NotFound);
        co_return Secret(m_content->value(entry));
    }
    Task<store::KeychainResult<>> write(QString entry, Secret value, std::stop_token) override
    {
        m_content->insert(entry, QByteArray(value.reveal().constData(), value.reveal().size()));
        co_return store::KeychainResult<>();
    }
    Task<store::KeychainResult<>> remove(QString entry, std::stop_token) override
    {
        m_content->remove(entry);
        co_return store::KeychainResult<>();
    }

private:
    KeychainContent m_content;
};

/// A keychain whose dialog stays on the screen.
class SilentKeychain : public store::Keychain
{
public:
    Task<store::KeychainResult<Secret>> read(QString, std::stop_token stop) override
    {
        co_await pause(std::chrono::hours(1), std::move(stop));
        co_return store::refused(store::KeychainFault::Silent);
    }
    Task<store::KeychainResult<>> write(QString, Secret, std::stop_token stop) override
    {
        co_await pause(std::chrono::hours(1), std::move(stop));
        co_return store::refused(store::KeychainFault::Silent);
    }
    Task<store::KeychainResult<>> remove(QString, std::stop_token stop) override
    {
        co_await pause(std::chrono::hours(1), std::move(stop));
        co_return store::refused(store::KeychainFault::Silent);
    }
};

/// A computer without a keychain.
class NoKeychain : public store::Keychain
{
public:
    Task<store::KeychainResult<Secret>> read(QString, std::stop_token) override
    {
        co_return store::refused(store::KeychainFault::Missing);
    }
    Task<store::KeychainResult<>> write(QString, Secret, std::stop_token) override
    {
        co_return store::refused(store::KeychainFault::Missing);
    }
    Task<store::KeychainResult<>> remove(QString, std::stop_token) override
    {
        co_return store::refused(store::KeychainFault::Missing);
    }
};

} // namespace flaredeck::test
