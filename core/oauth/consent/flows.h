#pragma once

#include "core/oauth/consent/consent.h"
#include "core/oauth/consent/flowtab.h"

#include <map>
#include <optional>

namespace flaredeck::oauth {

/// The pending flows: found by handle, limited in number, merged where one decision fits several.
/// In memory only; they end with the app.
class Flows : public QObject
{
    Q_OBJECT

public:
    static constexpr int kMaxPending = 20;
    static constexpr int kMaxPendingPerClient = 5;
    static constexpr int kMaxPendingOfPrograms = 10; ///< that are neither browser nor client
    static constexpr int kMaxPendingPerProgram = 3;
    static constexpr int kNoesPerMinute = 3;

    explicit Flows(const FlowServices &services, QObject *parent = nullptr);

    /// The flow of this request: a new one, or the one that a reloaded tab belongs to.
    /// `listeners`: who listens at its redirect URI, when that is on this computer.
    [[nodiscard]] tl::expected<FlowTab *, AuthorizeRefusal>
    open(const AuthorizeRequest &request, const QList<http::PeerProcess> &listeners);
    [[nodiscard]] FlowTab *find(const QByteArray &handle);
    void cancel(const QByteArray &handle, const QString &reason);
    /// Ends what the client waits for, and voids what it has not fetched.
    void cancelClient(const ClientId &client, const QString &reason);

    /// Page of the tab that was sent to the sign-in page last; empty when none was.
    [[nodiscard]] QByteArray returnPage() const;

signals:
    /// A person said so in answer to its question.
    void blockWanted(const flaredeck::ClientId &client);

private:
    struct Entry {
        std::unique_ptr<Flow> flow;
        std::unique_ptr<FlowTab> tab;
        std::shared_ptr<Consent> consent; ///< null for a blocked client
    };
    [[nodiscard]] bool hasRoom(const AuthorizeRequest &request);
    Entry &add(const AuthorizeRequest &request, const QList<http::PeerProcess> &listeners,
               const QString &checkPhrase);
    void decide(Entry &entry);
    /// A tab that says so, and the client's answer; without the tab when there are many.
    [[nodiscard]] tl::expected<FlowTab *, AuthorizeRefusal>
    refuseBlocked(const AuthorizeRequest &request);
    /// A yes that came too late for its own tab, and fits this flow. It is used up by this.
    [[nodiscard]] std::optional<ConsentAnswer> takeLateYes(const Flow &flow);
    void follow(const Flow &changed);

    const FlowServices m_services;
    std::map<QByteArray, Entry> m_entries; ///< by handle
    RateLimit m_starts;                    ///< by who asks
    RateLimit m_noes;                      ///< of a person, by who asks
    QByteArray m_signingIn;                ///< handle of the flow that was sent to the sign-in last
};

} // namespace flaredeck::oauth
