#pragma once

#include "core/base/task.h"

#include <QString>

#include <chrono>
#include <stop_token>

/// What QtKeychain does not report about the platform's keychain. One source file per kind of
/// platform.
namespace flaredeck::store::keychain {

/// False when there is evidently no keychain; asks nothing and nobody.
[[nodiscard]] bool isReachable();

/// Whether a keychain answers. Starts one where the platform does so.
[[nodiscard]] Task<bool> answers(std::chrono::milliseconds patience, std::stop_token stop);

/// Whether the entry exists but cannot be read until the user unlocks the keychain. Never opens a
/// dialog.
[[nodiscard]] Task<bool> holdsLocked(QString service, QString entry,
                                     std::chrono::milliseconds patience, std::stop_token stop);

/// Drops the connection to a keychain that may have been restarted. False where there is no
/// connection to drop, so that a retry is useless.
bool reconnect();

} // namespace flaredeck::store::keychain
