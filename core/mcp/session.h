#pragma once

#include "core/mcp/callcontext.h"
#include "core/mcp/callqueue.h"
#include "core/mcp/change.h"
#include "core/mcp/replaystream.h"
#include "core/mcp/sessionstore.h"
#include "core/rpc/inflight.h"
#include "core/rpc/outgoing.h"

#include <QSet>

#include <memory>

namespace flaredeck::mcp {

struct Traits;

/// What initialize settled, for the whole session.
struct Handshake {
    const Traits *traits = nullptr;
    QString clientInfo; ///< "name version"
    Json clientCapabilities = Json::object();
};

/// One client's conversation: bound to the grant it began with, speaking one revision, with its
/// running requests and its stream for messages that answer nothing. Knows no method and no store.
class Session
{
public:
    enum class Transport { StreamableHttp, HttpSse };

    /// What all streams of a session keep for clients that come back.
    static constexpr qint64 kMaxKeptBytes = 16LL * 1024 * 1024;

    Session(Transport transport, QByteArray idHash, GrantId grant, const Clock &clock);
    /// Nothing when the stored revision is no longer served.
    [[nodiscard]] static std::shared_ptr<Session> restore(const StoredSession &stored,
                                                          const Clock &clock);
    Session(const Session &) = delete;
    Session &operator=(const Session &) = delete;

    [[nodiscard]] Transport transport() const { return m_transport; }
    [[nodiscard]] const QByteArray &idHash() const { return m_idHash; }
    [[nodiscard]] QString handle() const;
    [[nodiscard]] const GrantId &grant() const { return m_grant; }

    [[nodiscard]] bool isInitialized() const { return m_handshake.traits != nullptr; }
    [[nodiscard]] const Handshake &handshake() const { return m_handshake; }
    void setHandshake(Handshake handshake) { m_handshake = std::move(handshake); }
    /// Only after initialize.
    [[nodiscard]] const Traits &traits() const { return *m_handshake.traits; }

    [[nodiscard]] const Json &state() const { return m_state; }
    void setState(Json state) { m_state = std::move(state); }

    [[nodiscard]] Millis lastSeenAt() const { return m_lastSeenAt; }
    void touch(Millis now) { m_lastSeenAt = now; }

    [[nodiscard]] rpc::InFlight &inFlight() { return *m_inFlight; }
    [[nodiscard]] const rpc::InFlight &inFlight() const { return *m_inFlight; }
    [[nodiscard]] std::shared_ptr<rpc::InFlight> inFlightPtr() const { return m_inFlight; }
    [[nodiscard]] const CallQueuePtr &queue() const { return m_queue; }

    /// The stream for what answers nothing: the GET stream of Streamable HTTP, the only one of
    /// HTTP+SSE.
    [[nodiscard]] const std::shared_ptr<ReplayStream> &stream() const { return m_stream; }
    [[nodiscard]] bool hasOpenStream() const { return m_stream->isConnected(); }
    /// A stream for the answer to one POST.
    [[nodiscard]] std::shared_ptr<ReplayStream> addStream();
    /// Nothing when there is no such stream any more.
    [[nodiscard]] std::shared_ptr<ReplayStream> findStream(const QByteArray &id);

    /// What we asked of this client.
    [[nodiscard]] rpc::Outgoing &outgoing() { return m_outgoing; }
    /// Messages of this level and above are sent to the client (logging/setLevel).
    [[nodiscard]] LogLevel logLevel() const { return m_logLevel; }
    void setLogLevel(LogLevel level) { m_logLevel = level; }
    /// The resources whose changes the client wants to hear of.
    [[nodiscard]] QSet<QString> &watchedResources() { return m_watched; }

    /// Tells the client to list again; kept until a stream is there to say it on.
    void announce(Change change);
    /// Tells of a resource that the client watches, if there is a stream to say it on.
    void announceUpdate(const QString &uri);
    /// Neither running requests nor a stream: nobody would notice at once if it ended.
    [[nodiscard]] bool isDetached() const { return m_inFlight->count() == 0 && !hasOpenStream(); }

    /// Answers what is running with `reason` and ends the stream.
    void end(const rpc::RpcError &reason);

    [[nodiscard]] StoredSession stored() const;
    [[nodiscard]] SessionInfo info() const;

private:
    void tellUntold();
    void sweepStreams();

    const Transport m_transport;
    const QByteArray m_idHash;
    const GrantId m_grant;
    const Clock &m_clock;
    Millis m_createdAt;
    Millis m_lastSeenAt;
    Handshake m_handshake;
    Json m_state = Json::object();
    std::shared_ptr<rpc::InFlight> m_inFlight = std::make_shared<rpc::InFlight>();
    const CallQueuePtr m_queue = std::make_shared<CallQueue>();
    const std::shared_ptr<ReplayStream> m_stream;
    std::vector<std::shared_ptr<ReplayStream>> m_answers; ///< oldest first
    rpc::Outgoing m_outgoing;
    LogLevel m_logLevel = LogLevel::Info;
    QSet<QString> m_watched;
    QSet<Change> m_untold;
};

using SessionPtr = std::shared_ptr<Session>;

} // namespace flaredeck::mcp
