#pragma once

#include "core/oauth/approval.h"
#include "core/oauth/flowtab.h"

#include <deque>
#include <map>
#include <optional>

namespace flaredeck::oauth {

/// The pending flows: found by handle, limited in number, merged where one decision fits several.
/// In memory only; they end with the app.
class AuthorizeFlows : public QObject
{
    Q_OBJECT

public:
    static constexpr int kMaxPending = 20;
    static constexpr int kMaxPendingPerClient = 5;

    explicit AuthorizeFlows(ApprovalServices services, QObject *parent = nullptr);
    ~AuthorizeFlows() override;

    /// The flow of this request: a new one, or the one that a reloaded tab belongs to.
    /// `listeners`: who listens at its redirect URI, when that is on this computer.
    [[nodiscard]] tl::expected<FlowTab *, AuthorizeRefusal>
    open(const AuthorizeRequest &request, const QList<http::PeerProcess> &listeners);
    [[nodiscard]] FlowTab *find(const QByteArray &handle);
    void cancel(const QByteArray &handle, const QString &reason);
    void cancelClient(const ClientId &client);

    /// Page of the tab that was sent to the Cloudflare sign-in last; empty when none was.
    [[nodiscard]] QByteArray returnPage() const;

private:
    struct Entry {
        std::unique_ptr<FlowTab> tab;
        std::shared_ptr<Approval> approval;
    };
    [[nodiscard]] bool hasRoom(const AuthorizeRequest &request);
    FlowTab *add(const AuthorizeRequest &request, const QList<http::PeerProcess> &listeners);
    /// A yes that came too late for its own tab, and fits this request. It is used up by this.
    [[nodiscard]] std::optional<ConsentAnswer>
    takeLateAnswer(const AuthorizeRequest &request, const QList<http::PeerProcess> &listeners);
    void forgetLater(const QByteArray &handle);

    ApprovalServices m_services;
    std::map<QByteArray, Entry> m_entries;            ///< by handle
    std::deque<std::shared_ptr<Approval>> m_answered; ///< with yes, not long ago
    RateLimit m_starts;
    QByteArray m_signingIn; ///< handle of the flow that was sent to the sign-in last
};

} // namespace flaredeck::oauth
