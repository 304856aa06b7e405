#include "core/service/clientpresence.h"

#include <algorithm>

namespace flaredeck::service {

ClientPresence presenceOf(const ClientView &client, Millis now)
{
    if (client.client.isBlocked())
        return ClientPresence::Blocked;
    if (client.liveGrants == 0)
        return ClientPresence::NoAccess;
    const bool hasOpen = std::any_of(client.sessions.begin(), client.sessions.end(),
                                     [](const mcp::SessionInfo &session) {
                                         return session.openStreams > 0 || session.runningCalls > 0;
                                     });
    if (hasOpen || (client.lastSeenAt > 0 && now - client.lastSeenAt < kOpenAfterRequest))
        return ClientPresence::OpenNow;
    return client.lastSeenAt > 0 ? ClientPresence::Seen : ClientPresence::NotSeen;
}

int openClients(const Snapshot &snapshot, Millis now)
{
    return int(std::count_if(snapshot.clients.begin(), snapshot.clients.end(),
                             [now](const ClientView &client) {
                                 return presenceOf(client, now) == ClientPresence::OpenNow;
                             }));
}

} // namespace flaredeck::service
