#pragma once

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/base/task.h"

#include <chrono>
#include <memory>

namespace flaredeck::store {

/// The operating system's store for small secrets. Asynchronous; core thread.
class Keychain
{
public:
    virtual ~Keychain() = default;
    /// NotFound when the keychain works and has no such entry; Storage, with a text for the user,
    /// when there is no keychain, it is locked or access was denied.
    [[nodiscard]] virtual Task<Result<Secret>> read(QString entry) = 0;
    [[nodiscard]] virtual Task<Result<>> write(QString entry, Secret value) = 0;
    [[nodiscard]] virtual Task<Result<>> remove(QString entry) = 0;

    /// QtKeychain: Secret Service or KWallet, macOS Keychain, Windows Credential Manager. An
    /// operation that has no answer after `patience` fails with Timeout.
    static std::unique_ptr<Keychain>
    system(std::chrono::milliseconds patience = std::chrono::seconds(10));
};

} // namespace flaredeck::store
