#include "core/service/clientprograms.h"

#include "core/base/whendone.h"

namespace flaredeck::service {

void ClientPrograms::see(const ClientId &client, const http::Peer &peer)
{
    if (const auto running = m_looking.find(client); running != m_looking.end())
        *running = peer;
    else
        look(client, peer);
}

void ClientPrograms::look(const ClientId &client, const http::Peer &peer)
{
    m_looking.insert(client, std::nullopt);
    whenDone(http::findPeerProcess(peer, http::LookUp::ForKnownClient), this,
             [this, client](const std::optional<http::PeerProcess> &program) {
                 const std::optional<http::Peer> next = m_looking.take(client);
                 if (next)
                     look(client, *next);
                 remember(client, program);
             });
}

std::optional<http::PeerProcess> ClientPrograms::of(const ClientId &client) const
{
    const auto known = m_programs.constFind(client);
    return known == m_programs.cend() ? std::nullopt : std::optional(*known);
}

void ClientPrograms::remember(const ClientId &client,
                              const std::optional<http::PeerProcess> &program)
{
    // A connection may be gone before it was looked up; what was known stays.
    if (!program || of(client) == program)
        return;
    m_programs.insert(client, *program);
    emit changed();
}

} // namespace flaredeck::service
