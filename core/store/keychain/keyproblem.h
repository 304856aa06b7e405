#pragma once

#include "core/base/result.h"
#include "core/store/keychain/keychain.h"

namespace flaredeck::store {

/// Why the vault's key is not at hand.
enum class KeyProblem {
    None,
    Locked,      ///< the keychain is locked
    Denied,      ///< it refused this program
    Missing,     ///< there is no keychain
    Silent,      ///< it did not answer in time
    Failed,      ///< it failed in another way
    EntryLost,   ///< it is open and no longer holds the key
    WrongKey,    ///< it holds something else in the key's place
    VaultFailed, ///< the vault could not be read or written
};

[[nodiscard]] KeyProblem problemOf(KeychainFault fault);

/// Waiting for the keychain is no use; what is sealed cannot be opened any more unless the
/// keychain's entry comes back.
[[nodiscard]] bool isLoss(KeyProblem problem);

/// In words for the log, the terminal and clients: the cause and what to do.
[[nodiscard]] Error describe(KeyProblem problem);

} // namespace flaredeck::store
