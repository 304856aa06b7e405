#pragma once

#include "core/http/httpmessage.h"

#include <QFuture>
#include <QList>
#include <QMetaType>

#include <optional>

namespace flaredeck::http {

/// The program at the other end of a connection, as the operating system tells. For our bridge it
/// is the program that started the bridge.
struct PeerProcess {
    qint64 pid = 0;       ///< 0 = there is one, but the system does not tell which
    QString executable;   ///< full path; empty when the system does not tell
    QString commandLine;  ///< arguments, at most 512 characters, redacted
    qint64 parentPid = 0; ///< the program that started it; 0 = unknown
    QString parentName;   ///< file name of the parent's executable; empty = unknown
    qint64 startedAt = 0; ///< in the system's own unit: tells a reused pid from the first one
    QString parentExecutable = {}; ///< its full path; empty = unknown
    QString script = {};           ///< full path of what an interpreter runs; empty = none known
    QList<qint64> ancestors = {};  ///< parent first, at most kMostAncestors

    static constexpr qsizetype kMostAncestors = 8;

    [[nodiscard]] QString name() const; ///< file name of the executable
    /// The executable's path, and behind it that of the script that an interpreter runs.
    [[nodiscard]] QString title() const;
    /// What a person calls it: the name of the program or script without its suffix, or of the
    /// nearest folder when that is only a version or a word such as "index" or "main".
    [[nodiscard]] QString plainName() const;
    /// Its executable runs whatever script it is given (node, python, sh …): one script of it looks
    /// like any other, but for `script`.
    [[nodiscard]] bool isInterpreter() const;
    /// This very process, or one that the same parent started from the same executable with the
    /// same arguments, as programs that restart their helpers do. False for unknown processes.
    [[nodiscard]] bool isSameProgramAs(const PeerProcess &other) const;

    bool operator==(const PeerProcess &) const = default;
};

/// Whether it is our own stdio bridge.
[[nodiscard]] bool isBridge(const PeerProcess &process);
/// Whether it is this program, with a window or without.
[[nodiscard]] bool isFlaredeck(const PeerProcess &process);

/// For whom a peer is looked up. What anybody can cause waits behind what a client is known to.
enum class LookUp { ForAnybody, ForKnownClient };

/// Looks the peer up on a worker thread. Nothing when it is gone, belongs to another user, or the
/// platform has no way to tell. Where different programs hold the same socket any of them may have
/// sent the request: then the pid of one is told, and nothing that names it.
[[nodiscard]] QFuture<std::optional<PeerProcess>>
findPeerProcess(const Peer &peer, LookUp whose = LookUp::ForAnybody);
/// Every process that holds a listening socket of a loopback port: there may be one for each
/// address family, and a socket can be inherited or handed on. Empty when nobody listens, or the
/// platform has no way to tell.
[[nodiscard]] QFuture<QList<PeerProcess>> findListeners(quint16 port);
/// The first that is known, at once: for start-up messages. Some milliseconds.
[[nodiscard]] std::optional<PeerProcess> listenerNow(quint16 port);

enum class PeerOwner {
    ThisUser,
    OtherUser,
    Gone,    ///< nobody holds the other end any more
    Unknown, ///< the platform has no way to tell
};
/// Whose the other end of an accepted connection is. Some microseconds; any thread.
[[nodiscard]] PeerOwner peerOwner(const Peer &peer);

} // namespace flaredeck::http

Q_DECLARE_METATYPE(flaredeck::http::PeerProcess)
