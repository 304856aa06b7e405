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
/// holders are hidden. With an address only those whom a connection to it reaches; otherwise those
/// at either loopback address.
[[nodiscard]] QList<PeerProcess> lookUpListeners(quint16 port, const QHostAddress &at = {});
/// Which of the addresses that a port is listened at takes connections to the loopback address
/// `at`, or, when that is null, to any. The address itself goes before what stands for all.
[[nodiscard]] QList<QHostAddress> listeningFor(const QHostAddress &at,
                                               const QList<QHostAddress> &listening);

} // namespace flaredeck::http
