#include "core/http/peerprocess.h"

#include "core/http/peerlookup.h"

#include <QFileInfo>
#include <QPromise>
#include <QThreadPool>

#include <algorithm>
#include <memory>

namespace flaredeck::http {

namespace {

template <typename Lookup>
auto onWorker(Lookup lookup, LookUp whose = LookUp::ForAnybody)
{
    auto promise = std::make_shared<QPromise<decltype(lookup())>>();
    promise->start();
    const auto look = [promise, lookup = std::move(lookup)] {
        promise->addResult(lookup());
        promise->finish();
    };
    QThreadPool::globalInstance()->start(look, whose == LookUp::ForKnownClient ? 1 : 0);
    return promise->future();
}

} // namespace

QString PeerProcess::name() const
{
    return QFileInfo(executable).fileName();
}

bool PeerProcess::isSameProgramAs(const PeerProcess &other) const
{
    if (pid <= 0 || other.pid <= 0 || executable.isEmpty() || executable != other.executable)
        return false;
    if (pid == other.pid && startedAt == other.startedAt)
        return true;
    return parentPid > 0 && parentPid == other.parentPid && commandLine == other.commandLine;
}

QFuture<std::optional<PeerProcess>> findPeerProcess(const Peer &peer, LookUp whose)
{
    return onWorker([peer] { return lookUpPeer(peer); }, whose);
}

QFuture<QList<PeerProcess>> findListeners(quint16 port)
{
    return onWorker([port] { return lookUpListeners(port); });
}

std::optional<PeerProcess> listenerNow(quint16 port)
{
    const QList<PeerProcess> listeners = lookUpListeners(port);
    const auto known = std::find_if(listeners.begin(), listeners.end(),
                                    [](const PeerProcess &process) { return process.pid > 0; });
    return known == listeners.end() ? std::nullopt : std::optional(*known);
}

} // namespace flaredeck::http
