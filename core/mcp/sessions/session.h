#pragma once

#include "core/mcp/methods/callcontext.h"
#include "core/mcp/methods/callqueue.h"
#include "core/mcp/sessions/sessionstore.h"
#include "core/mcp/transports/replaystream.h"
#include "core/rpc/outgoing.h"

#include <QSet>

#include <memory>

namespace flaredeck::mcp {

struct Traits;

/// A list that clients may have read and should read again.
enum class Change { Tools, Prompts, Resources };
[[nodiscard]] QByteArrayView notificationOf(Change change);

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
    [[nodiscard]] const QByteArray &idHash() const { return m_kept.idHash; }
    [[nodiscard]] QString handle() const;
    [[nodiscard]] const GrantId &grant() const { return m_kept.grant; }

    [[nodiscard]] bool isInitialized() const { return m_traits != nullptr; }
    [[nodiscard]] Handshake handshake() const;
    void setHandshake(const Handshake &handshake);
    /// Only after initialize.
    [[nodiscard]] const Traits &traits() const { return *m_traits; }

    [[nodiscard]] const Json &state() const { return m_kept.state; }
    void setState(Json state) { m_kept.state = std::move(state); }

    [[nodiscard]] Millis lastSeenAt() const { return m_kept.lastSeenAt; }
    void touch(Millis now) { m_kept.lastSeenAt = now; }

    /// The calls that run or wait.
    [[nodiscard]] const CallQueuePtr &queue() const { return m_queue; }
    /// Why it cannot take these messages: its revision has no batches, or an id is in use.
    [[nodiscard]] std::optional<rpc::RpcError> objectionTo(const rpc::Payload &payload) const;

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
    [[nodiscard]] LogLevel logLevel() const { return static_cast<LogLevel>(m_kept.logLevel); }
    void setLogLevel(LogLevel level) { m_kept.logLevel = static_cast<int>(level); }
    /// The resources whose changes the client wants to hear of.
    [[nodiscard]] QSet<QString> &watchedResources() { return m_watched; }

    /// Tells the client to list again; kept until a stream is there to say it on.
    void announce(Change change);
    /// Tells of a resource that the client watches, if there is a stream to say it on.
    void announceUpdate(const QString &uri);
    /// Neither running requests nor a stream: nobody would notice at once if it ended.
    [[nodiscard]] bool isDetached() const { return m_queue->count() == 0 && !hasOpenStream(); }

    /// Answers what is running with `reason` and ends the stream.
    void end(const rpc::RpcError &reason);

    [[nodiscard]] const StoredSession &stored() const { return m_kept; }
    [[nodiscard]] SessionInfo info() const;

private:
    void tellUntold();
    void sweepStreams();

    const Transport m_transport;
    StoredSession m_kept;
    const Clock &m_clock;
    const Traits *m_traits = nullptr;
    const CallQueuePtr m_queue = std::make_shared<CallQueue>();
    const std::shared_ptr<ReplayStream> m_stream;
    std::vector<std::shared_ptr<ReplayStream>> m_answers; ///< oldest first
    rpc::Outgoing m_outgoing;
    QSet<QString> m_watched;
    QSet<Change> m_untold;
};

using SessionPtr = std::shared_ptr<Session>;

} // namespace flaredeck::mcp
