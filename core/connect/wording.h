#pragma once

#include "core/base/surroundings.h"
#include "core/connect/clientcatalog.h"
#include "core/connect/entryreading.h"

/// What a person is given besides the change of a file: a command to type, a link to open, and what
/// stands in the way.
namespace flaredeck::connect {

/// The client's own command that enters us that way, each word as a POSIX shell takes it. Empty
/// when none is known, or the target cannot be reached that way. Never run by us.
[[nodiscard]] QString commandFor(const KnownClient &client, Way way, const Target &target);
/// The link that makes the client ask whether it shall enter us; likewise. It has the address, or
/// the bridge's command line, and no secrets.
[[nodiscard]] QString linkFor(const KnownClient &client, Way way, const Target &target);
/// Why a client that reads `realPath` would not reach us, and what to do; empty when it may.
[[nodiscard]] QString noteFor(const QString &realPath, const Target &target,
                              const Surroundings &around);

} // namespace flaredeck::connect
