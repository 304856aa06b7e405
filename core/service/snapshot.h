#pragma once

#include "core/http/peerprocess.h"
#include "core/mcp/sessions/sessionstore.h"
#include "core/remote/remotes.h"
#include "core/service/receipt.h"
#include "core/store/values.h"
#include "core/store/vault/loginstore.h"

#include <QMetaType>

#include <memory>
#include <optional>

namespace flaredeck::service {

enum class ServerState { Starting, Listening, PortTaken, Stopped };

struct ServerView {
    ServerState state = ServerState::Starting;
    quint16 port = 0;
    QString mcpUrl; ///< "http://localhost:8788/mcp"
    QString sseUrl;
    /// The bridge with its arguments, as a host has to start it; empty when it cannot be reached.
    QStringList bridge;
    QString problem;    ///< when PortTaken or Stopped: cause and what to do
    QString portHolder; ///< name and pid of the program that holds the port, when known
    Millis startedAt = 0;
    bool sandbox = false;
    QString sandboxUrl;   ///< where the stand-in's pages are, when in use
    quint16 freePort = 0; ///< when PortTaken: the next port that nobody holds; 0 = unknown

    bool operator==(const ServerView &) const = default;
};

struct ClientView {
    store::Client client;
    std::optional<http::PeerProcess> program; ///< at the other end of its latest connection
    QList<mcp::SessionInfo> sessions;
    int liveGrants = 0;
    Millis lastSeenAt = 0;                      ///< 0 = never
    QList<store::RememberedApproval> approvals; ///< what it need not ask again, newest first

    bool operator==(const ClientView &) const = default;
};

struct GrantView {
    store::Grant grant;
    QString clientName;
    QString loginLabel;
    bool loginUsable = true;
    int liveSessions = 0;

    bool operator==(const GrantView &) const = default;
};

/// Everything that the window shows besides calls and logs, at one moment. Immutable.
struct Snapshot {
    ServerView server;
    QList<store::Login> logins;
    QList<ClientView> clients;         ///< newest registration first
    QList<GrantView> grants;           ///< newest first, live ones only
    QList<store::Rule> rules;          ///< about calls, by client and subject
    QList<remote::RemoteView> servers; ///< remote ones, the provider's first
    store::KeyState keyState = store::KeyState::Opening;
    store::KeyProblem keyProblem = store::KeyProblem::None; ///< why Closed or SessionOnly
    int keyNumber = 0;                                      ///< how many keys the vault has had
    Millis keySince = 0;                                    ///< 0 = unknown
    QString providerClientId;                               ///< effective
    QString providerClientSource; ///< "settings", "environment", a file, "sandbox"; empty = none
    bool hasClientSecret = false;
    ScopeSet signInScopes = {}; ///< ours, that a sign-in asks for
    /// The provider's scope that the last sign-in was refused for; empty = none.
    QString signInRefusedScope;
    QString signInRunning; ///< id of the running sign-in; empty = none
    QString historyProblem;
    Receipt receipt;           ///< of what was taken back last
    QString withdrawalProblem; ///< access that was taken away, and that a restart would bring back

    QString newVersion;      ///< that is out, if the person wants to know; else empty
    QString newVersionPage;  ///< where it can be had
    QString documentProblem; ///< why web sites cannot describe clients now

    bool operator==(const Snapshot &) const = default;
};

using SnapshotPtr = std::shared_ptr<const Snapshot>;

} // namespace flaredeck::service

Q_DECLARE_METATYPE(flaredeck::service::SnapshotPtr)
Q_DECLARE_METATYPE(flaredeck::service::ServerView)
