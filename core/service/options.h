#pragma once

#include "core/base/paths.h"

#include <QtGlobal>

namespace flaredeck::service {

/// Whom the core talks to: the provider itself, or the stand-in that it brings along.
enum class World { Real, Sandbox };

/// How the core is started; settled before it exists.
struct Options {
    DataDir dataDir;
    quint16 port = 8788; ///< 0 = any free
    bool sandbox = false;
    bool autoApprove = false; ///< only together with sandbox
    /// Keep credentials in memory without asking when there is no keychain (headless: nobody to
    /// ask).
    bool sessionOnlyWithoutKeychain = false;
    /// When the vault's key is lost: give up what it sealed, and go on with a new one.
    bool newVaultKey = false;

    [[nodiscard]] World world() const { return sandbox ? World::Sandbox : World::Real; }
};

} // namespace flaredeck::service
