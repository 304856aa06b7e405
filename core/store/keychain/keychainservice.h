#pragma once

#include "core/base/task.h"

#include <QString>

#include <chrono>
#include <stop_token>

/// What QtKeychain does not tell about the platform's keychain. One file per kind of platform.
namespace flaredeck::store::keychain {

/// False when it is plain, without asking anybody, that there is no keychain to talk to.
[[nodiscard]] bool isReachable();

/// Whether anything answers as a keychain. Starts one where the platform does that.
[[nodiscard]] Task<bool> answers(std::chrono::milliseconds patience, std::stop_token stop);

/// An entry exists that cannot be read until the user unlocks the keychain. Never opens a dialog.
[[nodiscard]] Task<bool> holdsLocked(QString service, QString entry,
                                     std::chrono::milliseconds patience, std::stop_token stop);

/// Drops the connection to a keychain that may have been restarted since. False where there is
/// none to drop, so that trying again is no use.
bool reconnect();

} // namespace flaredeck::store::keychain
