#include "core/http/peerlookup.h"

// Systems for which nobody has written the lookup: the peer stays unknown.
namespace flaredeck::http {

std::optional<PeerProcess> lookUpPeer(const Peer &)
{
    return std::nullopt;
}

QList<PeerProcess> lookUpListeners(quint16)
{
    return {};
}

} // namespace flaredeck::http
