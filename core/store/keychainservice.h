#pragma once

#include "core/base/result.h"
#include "core/base/task.h"

#include <QString>

#include <chrono>

/// What QtKeychain does not tell about the platform's keychain. One file per kind of platform.
namespace flaredeck::store::keychain {

/// Storage error when it is plain, without asking anybody, that there is no keychain to talk to.
[[nodiscard]] Result<> reachable();

/// An entry exists that cannot be read until the user unlocks the keychain. Never opens a dialog.
[[nodiscard]] Task<bool> holdsLocked(QString service, QString entry,
                                     std::chrono::milliseconds patience);

/// What the user can do without a usable keychain.
[[nodiscard]] QString advice();

} // namespace flaredeck::store::keychain
