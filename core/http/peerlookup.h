#pragma once

#include "core/http/peerprocess.h"

/// The part of peerprocess.h that each operating system does in its own way. Blocking; any thread.
namespace flaredeck::http {

[[nodiscard]] std::optional<PeerProcess> lookUpPeer(const Peer &peer);
[[nodiscard]] std::optional<PeerProcess> lookUpListener(quint16 port);

} // namespace flaredeck::http
