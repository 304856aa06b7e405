#pragma once

#include "core/http/peerprocess.h"

/// The part of peerprocess.h that each operating system does in its own way. Blocking; any thread.
namespace flaredeck::http {

[[nodiscard]] std::optional<PeerProcess> lookUpPeer(const Peer &peer);
/// One entry for each process that holds such a socket; one without a pid for each socket whose
/// holders are hidden.
[[nodiscard]] QList<PeerProcess> lookUpListeners(quint16 port);

} // namespace flaredeck::http
