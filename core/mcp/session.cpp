#include "core/mcp/session.h"

#include "core/base/crypto.h"
#include "core/mcp/revision.h"
#include "core/rpc/message.h"

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace flaredeck::mcp {

Session::Session(Transport transport, QByteArray idHash, GrantId grant, const Clock &clock)
    : m_transport(transport)
    , m_idHash(std::move(idHash))
    , m_grant(std::move(grant))
    , m_clock(clock)
    , m_createdAt(clock.now())
    , m_lastSeenAt(m_createdAt)
    , m_stream(std::make_shared<ReplayStream>(
          transport == Transport::HttpSse ? QByteArray() : QByteArray("0"), clock))
{
    QObject::connect(m_stream.get(), &ReplayStream::connected, m_stream.get(),
                     [this] { tellUntold(); });
}

SessionPtr Session::restore(const StoredSession &stored, const Clock &clock)
{
    const Traits *traits = findRevision(stored.revision);
    if (!traits)
        return nullptr;
    auto session =
        std::make_shared<Session>(Transport::StreamableHttp, stored.idHash, stored.grant, clock);
    session->m_createdAt = stored.createdAt;
    session->m_lastSeenAt = stored.lastSeenAt;
    session->m_handshake = {traits, stored.clientInfo, stored.clientCapabilities};
    session->m_state = stored.state;
    session->m_logLevel = static_cast<LogLevel>(std::clamp(
        stored.logLevel, static_cast<int>(LogLevel::Debug), static_cast<int>(LogLevel::Emergency)));
    // The app may have learned tools while it was away, and nobody told this client.
    session->m_untold = {Change::Tools};
    return session;
}

QString Session::handle() const
{
    return QString::fromLatin1(m_idHash.first(4).toHex());
}

std::shared_ptr<ReplayStream> Session::addStream()
{
    sweepStreams();
    m_answers.push_back(
        std::make_shared<ReplayStream>(crypto::randomId().first(12).toLatin1(), m_clock));
    return m_answers.back();
}

std::shared_ptr<ReplayStream> Session::findStream(const QByteArray &id)
{
    sweepStreams();
    if (m_stream->id() == id)
        return m_stream;
    const auto found = std::find_if(m_answers.begin(), m_answers.end(),
                                    [&id](const auto &stream) { return stream->id() == id; });
    return found == m_answers.end() ? nullptr : *found;
}

/// Forgets what is too old, and what is too much, oldest first. A running call keeps its stream.
void Session::sweepStreams()
{
    std::erase_if(m_answers, [](const auto &stream) { return stream->isExpired(); });
    qint64 bytes = 0;
    for (const auto &stream : m_answers)
        bytes += stream->keptBytes();
    while (bytes > kMaxKeptBytes && !m_answers.empty()) {
        bytes -= m_answers.front()->keptBytes();
        m_answers.erase(m_answers.begin());
    }
}

void Session::tellUntold()
{
    for (const Change change : std::exchange(m_untold, {}))
        announce(change);
}

void Session::announce(Change change)
{
    if (hasOpenStream())
        m_stream->send(rpc::notification(notificationOf(change)));
    else
        m_untold << change;
}

void Session::announceUpdate(const QString &uri)
{
    if (hasOpenStream() && m_watched.contains(uri))
        m_stream->send(rpc::notification("notifications/resources/updated", {{"uri", uri}}));
}

void Session::end(const rpc::RpcError &reason)
{
    m_inFlight->abortAll(reason);
    m_outgoing.failAll({Error::Kind::Cancelled, reason.message});
    m_stream->finish();
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
            m_lastSeenAt,
            static_cast<int>(m_logLevel)};
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
