#include "core/service/clientprograms.h"

#include <QFutureWatcher>

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
    // Not QFuture::then(this, …): the answer comes on a worker's thread, where Qt 6.4 asserts that
    // the context is still there and then uses it unguarded. A watcher may go at any time.
    auto *watcher = new QFutureWatcher<std::optional<http::PeerProcess>>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, client, watcher] {
        watcher->deleteLater();
        const std::optional<http::Peer> next = m_looking.take(client);
        if (next)
            look(client, *next);
        remember(client, watcher->result());
    });
    watcher->setFuture(http::findPeerProcess(peer));
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
