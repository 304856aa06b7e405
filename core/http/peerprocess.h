#pragma once

#include "core/http/message.h"

#include <QFuture>
#include <QMetaType>

#include <optional>

namespace flaredeck::http {

/// The program at the other end of a loopback connection, as the operating system tells.
struct PeerProcess {
    qint64 pid = 0;
    QString executable;                 ///< full path; empty when the system does not tell
    QString commandLine;                ///< arguments, at most 512 characters, redacted
    [[nodiscard]] QString name() const; ///< file name of the executable

    bool operator==(const PeerProcess &) const = default;
};

/// Looks the peer up on a worker thread. Nothing when it is gone, belongs to another user, or the
/// platform has no way to tell.
[[nodiscard]] QFuture<std::optional<PeerProcess>> findPeerProcess(const Peer &peer);
/// Who listens on a loopback port.
[[nodiscard]] QFuture<std::optional<PeerProcess>> findListener(quint16 port);
/// The same at once, for start-up messages; reads /proc, some milliseconds.
[[nodiscard]] std::optional<PeerProcess> listenerNow(quint16 port);

} // namespace flaredeck::http

Q_DECLARE_METATYPE(flaredeck::http::PeerProcess)
