#pragma once

#include "core/oauth/clientregistry.h"
#include "core/oauth/documentfetcher.h"

namespace flaredeck::oauth {

/// Clients that publish their metadata: fetched when they ask for authorization, kept in the
/// registry like the others, so that nothing but /authorize depends on their web site.
class DocumentClients : public QObject
{
    Q_OBJECT

public:
    /// How long a document serves after it ran out while its web site cannot be reached.
    static constexpr Millis kStaleKept = 7LL * 24 * 3600 * 1000;

    DocumentClients(ClientRegistry &clients, const Clock &clock, DocumentNetwork network,
                    QObject *parent = nullptr);

    /// Afterwards the registry has the client as its document describes it, or the error says why
    /// not. `requester` is whose limit a fetch counts for.
    static Task<Result<>> ensure(QPointer<DocumentClients> self, QString url, quint16 ownPort,
                                 std::optional<http::PeerProcess> requester = {});

private:
    ClientRegistry &m_clients;
    const Clock &m_clock;
    DocumentFetcher m_fetcher;
};

} // namespace flaredeck::oauth
