#include "core/mcp/session.h"

#include "core/mcp/revision.h"
#include "core/rpc/message.h"

using namespace Qt::Literals::StringLiterals;

namespace flaredeck::mcp {

Session::Session(Transport transport, QByteArray idHash, GrantId grant, Millis now)
    : m_transport(transport)
    , m_idHash(std::move(idHash))
    , m_grant(std::move(grant))
    , m_createdAt(now)
    , m_lastSeenAt(now)
{
}

SessionPtr Session::restore(const StoredSession &stored)
{
    const Traits *traits = findRevision(stored.revision);
    if (!traits)
        return nullptr;
    auto session = std::make_shared<Session>(Transport::StreamableHttp, stored.idHash, stored.grant,
                                             stored.createdAt);
    session->m_lastSeenAt = stored.lastSeenAt;
    session->m_handshake = {traits, stored.clientInfo, stored.clientCapabilities};
    session->m_state = stored.state;
    // The app may have learned tools while it was away, and nobody told this client.
    session->m_toolsMayHaveChanged = true;
    return session;
}

QString Session::handle() const
{
    return QString::fromLatin1(m_idHash.first(4).toHex());
}

void Session::openStream(std::unique_ptr<http::SseStream> stream)
{
    m_stream = std::move(stream);
    if (m_toolsMayHaveChanged)
        announceToolsChanged();
}

void Session::announceToolsChanged()
{
    m_toolsMayHaveChanged = !hasOpenStream();
    if (hasOpenStream())
        m_stream->send(rpc::notification("notifications/tools/list_changed"));
}

void Session::end(const rpc::RpcError &reason)
{
    m_inFlight->abortAll(reason);
    if (m_stream)
        m_stream->end();
}

StoredSession Session::stored() const
{
    return {m_idHash,
            m_grant,
            m_handshake.traits->name,
            m_handshake.clientInfo,
            m_handshake.clientCapabilities,
            m_state,
            m_createdAt,
            m_lastSeenAt};
}

SessionInfo Session::info() const
{
    SessionInfo info;
    info.handle = handle();
    info.grant = m_grant;
    info.transport = m_transport == Transport::HttpSse ? u"HTTP+SSE"_s : u"Streamable HTTP"_s;
    info.revision = isInitialized() ? QString::fromLatin1(m_handshake.traits->name) : QString();
    info.clientInfo = m_handshake.clientInfo;
    info.openStreams = hasOpenStream() ? 1 : 0;
    info.runningCalls = m_inFlight->count();
    info.createdAt = m_createdAt;
    info.lastSeenAt = m_lastSeenAt;
    return info;
}

} // namespace flaredeck::mcp
