#pragma once

#include "core/http/peerprocess.h"

namespace flaredeck::oauth {

/// Tells a program again after it, this computer or we were started anew: its path, its arguments,
/// the path of what started it, and its file as it was; of an interpreter also the script's path
/// and file. Empty when the system does not tell all of that, or when several programs are to be
/// told by one proof.
[[nodiscard]] QByteArray programProof(const QList<http::PeerProcess> &listeners);

/// The same by nothing but its file, which any start of it shares; for an interpreter by all of the
/// above.
[[nodiscard]] QByteArray filesProof(const http::PeerProcess &program);

} // namespace flaredeck::oauth
