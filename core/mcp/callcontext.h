#pragma once

#include "core/base/identity.h"
#include "core/base/result.h"
#include "core/base/task.h"
#include "core/http/message.h"
#include "core/mcp/types.h"

#include <functional>
#include <stop_token>

namespace flaredeck::mcp {

/// How serious a message of notifications/message is (RFC 5424 §6.2.1), least first.
enum class LogLevel { Debug, Info, Notice, Warning, Error, Critical, Alert, Emergency };

/// One thing that is asked of the client's side: of the person (elicitation/create), of the model
/// (sampling/createMessage) or of the program (roots/list).
struct InputRequest {
    QString key; ///< unique within the call
    std::string method;
    Json params = Json::object();
    /// Whether the response will do; if not, it is asked again where the revision allows. Left
    /// empty: whether it has the shape that the method demands.
    std::function<bool(const Json &response)> accepts = {};
};

/// What a handler of a tool, prompt or resource may know of the call that it serves, and do while
/// it runs. It never learns the protocol revision or the transport.
struct CallContext {
    CallerPtr caller;
    QString clientVersion;    ///< "name version" of the client; a claim, not a fact
    QByteArray accountHeader; ///< cf-account-id of the request; may be empty
    QString toolset;          ///< whose address was called; empty = that of all tools
    http::Peer peer;          ///< the other end of the connection that the call came over
    std::stop_token stop;     ///< cancelled by the client, or because the grant or session ended

    /// Sends progress when the client asked for it; otherwise does nothing. `total` < 0 = unknown.
    std::function<void(double progress, double total, const QString &message)> progress;

    /// Sends a log message when the client wants messages of this level; otherwise does nothing.
    std::function<void(LogLevel level, const Json &data)> log;

    /// Lets the connection go while the work goes on, where the client knows to come back for the
    /// rest: to the stream, or to a task. Otherwise does nothing. For work that takes minutes.
    std::function<void()> letGo;

    /// While a person is asked whether the call may run: the response does not begin by itself, so
    /// that lackScopes() remains possible.
    std::function<void(bool isHeld)> hold;
    /// Ends the call as HTTP refuses a caller that lacks scopes, which lets the client ask for them
    /// (RFC 6750 §3.1): what the handler returns is then not sent. False where the response has
    /// begun, or the transport has no such answer; then the handler says it in words.
    std::function<bool(const ScopeSet &needed)> lackScopes;

    /// Whether the client can be asked this.
    std::function<bool(const InputRequest &request)> canAsk;
    /// Asks, and answers with an object that holds each response by its key. The handler returns an
    /// error of ask() unchanged: in some revisions asking ends the request, and the handler runs
    /// again, from its beginning, once the client is back with the answers. So whatever is done
    /// before the last question must be harmless to repeat.
    std::function<Task<Result<Json>>(QList<InputRequest> requests)> ask;

    /// State that lives as long as the session does, survives a restart of the app, and is bound to
    /// the grant. A JSON object; small. Empty functions where the client keeps no session.
    std::function<Json()> sessionState;
    std::function<void(const Json &)> setSessionState;
};

} // namespace flaredeck::mcp
