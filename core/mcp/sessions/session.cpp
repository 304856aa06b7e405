#include "core/mcp/sessions/session.h"

#include "core/base/crypto.h"
#include "core/mcp/revision.h"
#include "core/rpc/message.h"

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace flaredeck::mcp {

QByteArrayView notificationOf(Change change)
{
    switch (change) {
    case Change::Prompts:
        return "notifications/prompts/list_changed";
    case Change::Resources:
        return "notifications/resources/list_changed";
    case Change::Tools:
        break;
    }
    return "notifications/tools/list_changed";
}

Session::Session(Transport transport, QByteArray idHash, GrantId grant, const Clock &clock)
    : m_transport(transport)
    , m_clock(clock)
    , m_stream(std::make_shared<ReplayStream>(
          transport == Transport::HttpSse ? QByteArray() : QByteArray("0"), clock))
{
    m_kept.idHash = std::move(idHash);
    m_kept.grant = std::move(grant);
    m_kept.createdAt = m_kept.lastSeenAt = clock.now();
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
    session->m_kept = stored;
    session->m_kept.logLevel =
        std::clamp(stored.logLevel, int(LogLevel::Debug), int(LogLevel::Emergency));
    session->m_traits = traits;
    // The app may have learned tools while it was away, and nobody told this client.
    session->m_untold = {Change::Tools};
    return session;
}

QString Session::handle() const
{
    return QString::fromLatin1(idHash().first(4).toHex());
}

Handshake Session::handshake() const
{
    return {m_traits, m_kept.clientInfo, m_kept.clientCapabilities};
}

void Session::setHandshake(const Handshake &handshake)
{
    m_traits = handshake.traits;
    m_kept.revision = m_traits->name;
    m_kept.clientInfo = handshake.clientInfo;
    m_kept.clientCapabilities = handshake.clientCapabilities;
}

std::optional<rpc::RpcError> Session::objectionTo(const rpc::Payload &payload) const
{
    if (payload.isBatch && !(isInitialized() && traits().batches))
        return rpc::RpcError{rpc::kInvalidRequest,
                             u"The revision of this session has no batches."_s};
    return m_queue->conflict(payload);
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
    m_queue->abortAll(reason);
    m_outgoing.failAll({Error::Kind::Cancelled, reason.message});
    m_stream->finish();
}

SessionInfo Session::info() const
{
    SessionInfo info;
    info.handle = handle();
    info.grant = m_kept.grant;
    info.transport = m_transport == Transport::HttpSse ? u"HTTP+SSE"_s : u"Streamable HTTP"_s;
    info.revision = QString::fromLatin1(m_kept.revision);
    info.clientInfo = m_kept.clientInfo;
    info.openStreams = hasOpenStream() ? 1 : 0;
    info.runningCalls = m_queue->count();
    info.createdAt = m_kept.createdAt;
    info.lastSeenAt = m_kept.lastSeenAt;
    return info;
}

} // namespace flaredeck::mcp
