#pragma once

#include "core/base/result.h"
#include "core/store/keychain/keychain.h"

namespace flaredeck::store {

/// Why the vault's key is not available.
enum class KeyProblem {
    None,
    Locked,      ///< the keychain is locked
    Denied,      ///< it refused this program
    Missing,     ///< there is no keychain
    Silent,      ///< it did not answer in time
    Failed,      ///< it failed in another way
    EntryLost,   ///< it is open and no longer contains the key
    WrongKey,    ///< its entry contains something else than the key
    VaultFailed, ///< the vault could not be read or written
};

[[nodiscard]] KeyProblem problemOf(KeychainFault fault);

/// Whether the key is lost: waiting is useless, and sealed values cannot be opened unless the
/// keychain's entry comes back.
[[nodiscard]] bool isLoss(KeyProblem problem);

/// Text for the log, the terminal and clients: the cause and what to do.
[[nodiscard]] Error describe(KeyProblem problem);

} // namespace flaredeck::store
