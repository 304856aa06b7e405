#pragma once

#include "bridge/applauncher.h"
#include "bridge/hostchannel.h"
#include "bridge/message.h"
#include "bridge/upstream.h"

#include <QHash>
#include <QTimer>

#include <optional>

namespace flaredeck::bridge {

/// MCP between a host's pipes and the app (2025-11-25, basic/transports, "stdio"; 2026-07-28
/// likewise). Answers the handshake at once, from what the app says to anybody, and asks the app
/// for access, which a person may have to give. Outlives a restart of the app: it repeats the
/// handshake and what can be repeated, and says so of the rest.
class Bridge : public QObject
{
    Q_OBJECT

public:
    struct Options {
        QStringList sockets;
        QStringList appArguments;
        QByteArray path = "/mcp"; ///< of the endpoint
    };

    Bridge(const Options &options, HostChannel &host, QObject *parent = nullptr);

    /// Ends what runs; emits ended() soon.
    void end();

signals:
    void ended();

private:
    enum class State {
        Away,    ///< nothing is known of the app
        Asking,  ///< a person is deciding
        Opening, ///< the handshake is repeated
        Ready,
    };
    /// A request of the host that has no answer yet.
    struct Pending {
        Message message;
        UpstreamCall *call = nullptr; ///< null = it waits
        QByteArray lastEventId = {};  ///< of its stream
        int tries = 0;
        int resumed = 0;
        bool mayHaveRun = false;
    };

    void take(const QByteArray &line);
    void handle(const Message &message);
    void handleRequest(const Message &message);
    void greet(const Message &handshake);
    void cancel(const QByteArray &id);

    void prepare();
    void askForAccess();
    void openSession();
    void listen();
    void becomeReady();
    void retryLater(UpstreamCall::End how);
    void refuseWaiting(const QString &reason);

    void forward(const QByteArray &id);
    void forwardWaiting();
    void deliver(const Message &message);
    void relay(const QByteArray &id, const QByteArray &line);
    void finished(const QByteArray &id, UpstreamCall::End how);
    void answered(const QByteArray &id, UpstreamCall &call);
    void resume(const QByteArray &id);
    [[nodiscard]] static bool mayRepeat(const Pending &pending);
    void fail(const QByteArray &id, const QString &reason);
    void remindOfWaiting();
    void tellListsChanged();
    [[nodiscard]] Upstream::Headers headersFor(const Message &message) const;

    const Options m_options;
    HostChannel &m_host;
    Upstream m_upstream;
    AppLauncher m_launcher;
    State m_state = State::Away;
    bool m_isPreparing = false;
    bool m_isEnding = false;

    std::optional<Message> m_initialize; ///< the host's, to be repeated
    QByteArray m_revision;               ///< that initialize settled
    QByteArray m_session;
    UpstreamCall *m_listening = nullptr;
    QHash<QByteArray, Pending> m_pending; ///< by id
    QList<QByteArray> m_order;            ///< ids of m_pending, oldest first
    QList<Message> m_unsent;              ///< notifications and answers of the host
    bool m_owesLists = false;             ///< the host was shown an empty list
    bool m_wasReached = false;            ///< the app, in this run
    int m_attempts = 0;                   ///< in vain, since the app was reached last
    QTimer m_retry;
    QTimer m_waiting; ///< while a person decides
    qint64 m_waitedMs = 0;
};

} // namespace flaredeck::bridge
