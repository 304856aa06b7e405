#pragma once

#include "core/http/httpserver.h"
#include "core/oauth/consent/flow.h"
#include "core/oauth/endpoints/ratelimit.h"

#include <QHash>

#include <map>
#include <memory>

namespace flaredeck::oauth {

/// Access for programs that come over the local socket. They need no token: the system names the
/// process, and for our bridge the program that started it. A program asks once (POST
/// /local/access). What a person allows it is a grant like any other; a later start of the same
/// program finds it again (see filesProof()).
class LocalAccess : public QObject
{
    Q_OBJECT

public:
    static constexpr std::chrono::milliseconds kPatience{600'000};
    static constexpr const char *kPath = "/local/access";

    explicit LocalAccess(const FlowServices &services, QObject *parent = nullptr);
    ~LocalAccess() override;

    void install(http::HttpServer &server);
    /// Who has asked before and holds a live grant; null for everybody else. Memory only.
    [[nodiscard]] CallerPtr callerOf(const http::Peer &peer);

signals:
    /// A person said so in answer to its question.
    void blockWanted(const flaredeck::ClientId &client);

private:
    struct Waiting {
        http::ExchangePtr exchange;
        http::Peer peer;
    };
    /// One question for all processes of a program that wait.
    struct Asking {
        QList<Waiting> waiting;
        TaskScope tasks;
    };
    using Process = std::pair<qint64, qint64>; ///< pid and start

    Task<> admit(http::RequestPtr request, http::ExchangePtr exchange);
    Task<> ask(store::Client client, http::PeerProcess program);
    void wait(const store::Client &client, const http::PeerProcess &program, Waiting waiting);
    [[nodiscard]] ConsentRequest describe(const store::Client &client,
                                          const http::PeerProcess &program) const;
    [[nodiscard]] Result<GrantId> grant(const store::Client &client,
                                        const http::PeerProcess &program,
                                        const ConsentAnswer &answer, const UpstreamLogin &login);
    void admitTo(const GrantId &grant, const http::PeerProcess &program, const Waiting &waiting);
    /// Ends the question of that client.
    void settle(const ClientId &client, const Result<GrantId> &grant,
                const http::PeerProcess &program);
    void refuse(const ClientId &client, const QString &reason);

    const FlowServices m_services;
    QHash<Process, GrantId> m_admitted;                  ///< by the process that connected
    QHash<Process, GrantId> m_programs;                  ///< by the one that it stands for
    std::map<QString, std::shared_ptr<Asking>> m_asking; ///< by client id
    RateLimit m_noes;                                    ///< of a person, by client
    TaskScope m_tasks;
};

} // namespace flaredeck::oauth
