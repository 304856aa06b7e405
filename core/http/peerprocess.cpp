#include "core/http/peerprocess.h"

#include "core/http/peerlookup.h"

#include <QFileInfo>
#include <QPromise>
#include <QThreadPool>

#include <memory>

namespace flaredeck::http {

namespace {

template <typename Lookup>
QFuture<std::optional<PeerProcess>> onWorker(Lookup lookup)
{
    auto promise = std::make_shared<QPromise<std::optional<PeerProcess>>>();
    promise->start();
    QThreadPool::globalInstance()->start([promise, lookup = std::move(lookup)] {
        promise->addResult(lookup());
        promise->finish();
    });
    return promise->future();
}

} // namespace

QString PeerProcess::name() const
{
    return QFileInfo(executable).fileName();
}

QFuture<std::optional<PeerProcess>> findPeerProcess(const Peer &peer)
{
    return onWorker([peer] { return lookUpPeer(peer); });
}

QFuture<std::optional<PeerProcess>> findListener(quint16 port)
{
    return onWorker([port] { return lookUpListener(port); });
}

std::optional<PeerProcess> listenerNow(quint16 port)
{
    return lookUpListener(port);
}

} // namespace flaredeck::http
