#pragma once

#include "core/base/task.h"

#include <QtGlobal>

namespace flaredeck::oauth {

/// Somebody listens on this loopback port, on either address family: asks the operating system, and
/// where that does not tell, tries to connect. Takes about a quarter of a second to say no.
[[nodiscard]] Task<bool> isListening(quint16 port);

} // namespace flaredeck::oauth
