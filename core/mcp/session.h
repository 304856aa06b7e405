#pragma once

#include "core/http/ssestream.h"
#include "core/mcp/sessionstore.h"
#include "core/rpc/inflight.h"

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

    Session(Transport transport, QByteArray idHash, GrantId grant, Millis now);
    /// Nothing when the stored revision is no longer served.
    [[nodiscard]] static std::shared_ptr<Session> restore(const StoredSession &stored);
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

    /// The stream for notifications: the GET stream of Streamable HTTP, the only one of HTTP+SSE.
    void openStream(std::unique_ptr<http::SseStream> stream);
    [[nodiscard]] bool hasOpenStream() const { return m_stream && m_stream->isOpen(); }
    [[nodiscard]] http::SseStream *stream() { return m_stream.get(); }

    /// Tells the client to list the tools again; kept until a stream is there to say it on.
    void announceToolsChanged();
    /// Neither running requests nor a stream: nobody would notice at once if it ended.
    [[nodiscard]] bool isDetached() const { return m_inFlight->count() == 0 && !hasOpenStream(); }

    /// Answers what is running with `reason` and ends the stream.
    void end(const rpc::RpcError &reason);

    [[nodiscard]] StoredSession stored() const;
    [[nodiscard]] SessionInfo info() const;

private:
    const Transport m_transport;
    const QByteArray m_idHash;
    const GrantId m_grant;
    Millis m_createdAt;
    Millis m_lastSeenAt;
    Handshake m_handshake;
    Json m_state = Json::object();
    std::shared_ptr<rpc::InFlight> m_inFlight = std::make_shared<rpc::InFlight>();
    std::unique_ptr<http::SseStream> m_stream;
    bool m_toolsMayHaveChanged = false;
};

using SessionPtr = std::shared_ptr<Session>;

} // namespace flaredeck::mcp
