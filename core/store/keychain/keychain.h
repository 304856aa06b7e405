#pragma once

#include "core/base/secret.h"
#include "core/base/task.h"

#include <QString>

#include <tl/expected.hpp>

#include <chrono>
#include <memory>
#include <stop_token>

namespace flaredeck::store {

/// Why a keychain operation failed.
enum class KeychainFault {
    NotFound, ///< the keychain works and has no such entry
    Locked,
    Denied,  ///< the person, or the system, refused this program
    Missing, ///< there is none
    Silent,  ///< no answer in time
    Failed,  ///< anything else
};

struct KeychainError {
    KeychainFault fault = KeychainFault::Failed;
    QString detail = {}; ///< the keychain's message, for log and diagnostics
};

template <typename T = void>
using KeychainResult = tl::expected<T, KeychainError>;

inline tl::unexpected<KeychainError> refused(KeychainFault fault, QString detail = {})
{
    return tl::unexpected<KeychainError>(KeychainError{fault, std::move(detail)});
}

/// The operating system's store for small secrets. Asynchronous; core thread. A stopped operation
/// returns Silent, whatever its outcome.
class Keychain
{
public:
    virtual ~Keychain() = default;
    [[nodiscard]] virtual Task<KeychainResult<Secret>> read(QString entry,
                                                            std::stop_token stop) = 0;
    [[nodiscard]] virtual Task<KeychainResult<>> write(QString entry, Secret value,
                                                       std::stop_token stop) = 0;
    /// A missing entry is no error.
    [[nodiscard]] virtual Task<KeychainResult<>> remove(QString entry, std::stop_token stop) = 0;

    /// QtKeychain: Secret Service or KWallet, macOS Keychain, Windows Credential Manager. An
    /// operation without an answer after `patience` returns Silent.
    static std::unique_ptr<Keychain>
    system(std::chrono::milliseconds patience = std::chrono::seconds(10));
};

} // namespace flaredeck::store
