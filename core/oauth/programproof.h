#pragma once

#include "core/http/peerprocess.h"

namespace flaredeck::oauth {

/// Tells a program again after it, this computer or we were started anew: its path, its arguments,
/// what started it, and its file as it was. Empty when the system does not tell all of that, or
/// when several programs are to be told by one proof.
[[nodiscard]] QByteArray programProof(const QList<http::PeerProcess> &listeners);

} // namespace flaredeck::oauth
