#include "core/http/peerlookup.h"

// Systems for which nobody has written the lookup: the peer stays unknown.
namespace flaredeck::http {

PeerProcess describeProcess(qint64)
{
    return {};
}

std::optional<Peer> localPeer(qintptr)
{
    return std::nullopt;
}

std::optional<PeerProcess> lookUpPeer(const Peer &)
{
    return std::nullopt;
}

QList<PeerProcess> lookUpListeners(quint16, const QHostAddress &)
{
    return {};
}

// Nobody has written this for the system yet.
PeerOwner peerOwner(const Peer &)
{
    return PeerOwner::Unknown;
}

} // namespace flaredeck::http
