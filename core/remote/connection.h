#pragma once

#include "core/base/clock.h"
#include "core/base/secret.h"
#include "core/mcp/methods/callcontext.h"
#include "core/remote/lanes.h"
#include "core/remote/server.h"

#include <QObject>

#include <functional>
#include <memory>

namespace flaredeck::remote {

/// Where the bearer of the requests to a server comes from.
struct Bearer {
    /// Empty for a server that needs none. Unauthorized when a person has to sign in.
    std::function<Task<Result<Secret>>(std::stop_token)> token;
    /// The server refused this token: the next one is another, or an error.
    std::function<void(const Secret &)> reject;
};

/// Which revision a server spoke last, so that the next run need not find out again.
struct SpokenRevision {
    QString name; ///< empty = unknown
    Millis at = 0;
};

/// Our side of MCP with one remote server, for one grant, or for ourselves (listing tools). Speaks
/// 2026-07-28 where the server does (`server/discover` first), else the newest of the revisions
/// with `initialize`. Never follows a redirect, keeps no cookies. Outlives its calls. Core thread.
class Connection : public QObject
{
    Q_OBJECT

public:
    static constexpr int kFirstMs = 30'000; ///< for a list, or a handshake
    static constexpr int kIdleMs = 120'000; ///< without one byte of an answer
    static constexpr qint64 kMaxAnswer = 8LL * 1024 * 1024;
    static constexpr int kChangeSettlesMs = 300; ///< of many changes one is told
    static constexpr int kMostPages = 50;
    static constexpr int kMostTools = 2000;

    /// `lanes` are the server's.
    Connection(std::shared_ptr<Lanes> lanes, Server server, Bearer bearer, SpokenRevision spoken,
               const Clock &clock, QObject *parent = nullptr);
    ~Connection() override;

    /// All pages of tools/list, as the server wrote each tool.
    [[nodiscard]] Task<Result<QList<Json>>> listTools(std::stop_token stop);
    /// tools/call; the `result` as the server wrote it. Progress, log messages and questions of the
    /// server (elicitation, sampling, roots) go to the context's client, and its answers back;
    /// `context->stop` cancels the call at the server too. An error of JSON-RPC is an Error of kind
    /// Upstream with the server's words. A call is repeated only where it cannot have run. An error
    /// of kind Cancelled is the handler's to return: see CallContext::ask(). `schema` is the
    /// tool's.
    [[nodiscard]] Task<Result<Json>> call(QString tool, Json schema, Json arguments,
                                          mcp::CallContextPtr context);
    /// Tells a server with sessions that ours is over; soon.
    void close();

    [[nodiscard]] const SpokenRevision &spoken() const;
    /// What the server said of itself; empty before the first answer.
    [[nodiscard]] QString instructions() const;
    [[nodiscard]] QString serverVersion() const; ///< "name version"

signals:
    void toolsChanged();  ///< the server said that its list of tools has changed
    void spokenChanged(); ///< to be kept
    /// 401 for want of a sign-in, or 403 for want of scopes (RFC 6750 §3.1): the header.
    void challenged(const QByteArray &wwwAuthenticate);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace flaredeck::remote
