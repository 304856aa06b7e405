#pragma once

#include "core/http/peerprocess.h"

/// The part of peerprocess.h that each operating system does in its own way. Blocking; any thread.
namespace flaredeck::http {

[[nodiscard]] std::optional<PeerProcess> lookUpPeer(const Peer &peer);
/// What the system tells of a process; without `startedAt` when there is none.
[[nodiscard]] PeerProcess describeProcess(qint64 pid);
/// The process that connected to our local socket; nothing when it is another user's, or gone.
[[nodiscard]] std::optional<Peer> localPeer(qintptr socket);
/// One entry for each process that holds such a socket; one without a pid for each socket whose
/// holders are hidden.
[[nodiscard]] QList<PeerProcess> lookUpListeners(quint16 port);

} // namespace flaredeck::http
