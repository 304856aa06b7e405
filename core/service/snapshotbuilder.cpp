#include "core/service/snapshotbuilder.h"

#include <algorithm>
#include <tuple>

namespace flaredeck::service {

namespace {

using SessionsByGrant = QMultiHash<GrantId, mcp::SessionInfo>;

SessionsByGrant sessionsByGrant(const QList<mcp::SessionInfo> &sessions)
{
    SessionsByGrant byGrant;
    for (const mcp::SessionInfo &session : sessions)
        byGrant.insert(session.grant, session);
    return byGrant;
}

QList<GrantView> grantViews(const SnapshotSources &sources, const SessionsByGrant &sessions,
                            const QHash<ClientId, QString> &clientNames)
{
    QList<GrantView> views;
    for (const store::Grant &grant : sources.authorization.liveGrants()) {
        const auto login = sources.logins.login(grant.login);
        views.append({grant, clientNames.value(grant.client), login ? login->email : QString(),
                      grant.login.isEmpty() || (login && login->state == store::LoginState::Ok),
                      int(sessions.count(grant.id))});
    }
    std::stable_sort(views.begin(), views.end(), [](const GrantView &a, const GrantView &b) {
        return a.grant.createdAt > b.grant.createdAt;
    });
    return views;
}

using GrantsByClient = QHash<ClientId, QList<const GrantView *>>;

ClientView clientView(const store::Client &client, const GrantsByClient &grants,
                      const SessionsByGrant &sessions)
{
    ClientView view{client, {}, {}, 0, client.lastUsedAt, {}};
    for (const GrantView *grant : grants.value(client.id)) {
        ++view.liveGrants;
        view.lastSeenAt = std::max(view.lastSeenAt, grant->grant.lastUsedAt);
        view.sessions += sessions.values(grant->grant.id);
    }
    for (const mcp::SessionInfo &session : std::as_const(view.sessions))
        view.lastSeenAt = std::max(view.lastSeenAt, session.lastSeenAt);
    std::stable_sort(view.sessions.begin(), view.sessions.end(),
                     [](const mcp::SessionInfo &a, const mcp::SessionInfo &b) {
                         return a.createdAt > b.createdAt;
                     });
    return view;
}

} // namespace

Snapshot buildSnapshot(const SnapshotSources &sources)
{
    const QList<store::Client> clients = sources.authorization.clients();
    QHash<ClientId, QString> names;
    for (const store::Client &client : clients)
        names.insert(client.id, client.name);
    const SessionsByGrant sessions = sessionsByGrant(sources.mcp.sessions());

    Snapshot snapshot;
    snapshot.logins = sources.logins.logins();
    snapshot.grants = grantViews(sources, sessions, names);
    GrantsByClient grants;
    for (const GrantView &grant : std::as_const(snapshot.grants))
        grants[grant.grant.client].append(&grant);
    QMultiHash<ClientId, store::RememberedApproval> approvals; // oldest first, so newest on top
    for (const store::RememberedApproval &approval : sources.authorization.rememberedApprovals())
        approvals.insert(approval.client, approval);
    for (const store::Client &client : clients) {
        ClientView view = clientView(client, grants, sessions);
        view.program = sources.programs.of(client.id);
        view.approvals = approvals.values(client.id);
        snapshot.clients.append(view);
    }
    std::stable_sort(snapshot.clients.begin(), snapshot.clients.end(),
                     [](const ClientView &a, const ClientView &b) {
                         return a.client.createdAt > b.client.createdAt;
                     });
    snapshot.keyState = sources.logins.state();
    snapshot.keyProblem = sources.logins.problem();
    std::tie(snapshot.keyNumber, snapshot.keySince) = sources.logins.keyInUse();
    return snapshot;
}

} // namespace flaredeck::service
