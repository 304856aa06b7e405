#pragma once

#include <QtGlobal>

namespace flaredeck::service {

/// The first port above `taken` that nobody holds on loopback; 0 when the next hundred are all
/// taken. Only a suggestion: somebody may take it at any moment.
[[nodiscard]] quint16 freePortAfter(quint16 taken);

} // namespace flaredeck::service
