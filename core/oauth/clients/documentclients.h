#pragma once

#include "core/oauth/clients/clientregistry.h"
#include "core/oauth/clients/documentfetcher.h"

namespace flaredeck::oauth {

/// Clients that publish their metadata: fetched when they ask for authorization, kept in the
/// registry like the others, so that nothing but /authorize depends on their web site.
class DocumentClients : public QObject
{
    Q_OBJECT

public:
    /// How long a document serves after it ran out while its web site cannot be reached.
    static constexpr Millis kStaleKept = 7LL * 24 * 3600 * 1000;

    /// After so long somebody who asks what is offered makes it try again.
    static constexpr Millis kRetryAfter = 5LL * 60 * 1000;

    /// Whether a client has access now: its last document serves for as long as that.
    using HasAccess = std::function<bool(const ClientId &)>;

    DocumentClients(ClientRegistry &clients, const Clock &clock, DocumentNetwork network,
                    HasAccess hasAccess, QObject *parent = nullptr);

    /// Otherwise nothing is fetched, and only those clients go on that are known.
    void setAccepting(bool accepts);

    /// Afterwards the registry has the client as its document describes it, or the error says why
    /// not. `requester` is whose limit a fetch counts for.
    [[nodiscard]] Task<Result<>> ensure(QString url, quint16 ownPort,
                                        std::optional<http::PeerProcess> requester,
                                        std::stop_token stop);

    /// Clients that are promised this way know no other, so it is not promised while web sites
    /// cannot be reached.
    [[nodiscard]] bool areReachable();
    [[nodiscard]] QString problem() const; ///< why not, for a person; empty when they are

signals:
    void problemChanged();

private:
    struct Outage {
        QString url; ///< whose document could not be fetched
        quint16 ownPort = 0;
        QString cause;
        Millis retryAt = 0; ///< monotonic
    };
    Task<> tryAgain(Outage outage);
    void note(const QString &url, quint16 ownPort, const Result<DocumentFetcher::Fetched> &fetched);

    ClientRegistry &m_clients;
    const Clock &m_clock;
    const HasAccess m_hasAccess;
    std::optional<Outage> m_outage;
    bool m_accepts = true;
    DocumentFetcher m_fetcher;
    TaskScope m_tasks;
};

} // namespace flaredeck::oauth
