#pragma once

#include "core/base/identity.h"
#include "core/base/result.h"
#include "core/base/task.h"
#include "core/http/httpmessage.h"
#include "core/mcp/types.h"

#include <functional>
#include <memory>
#include <stop_token>

namespace flaredeck::mcp {

/// How serious a message of notifications/message is (RFC 5424 §6.2.1), least first.
enum class LogLevel { Debug, Info, Notice, Warning, Error, Critical, Alert, Emergency };
/// Nothing when the value names no level.
[[nodiscard]] std::optional<LogLevel> logLevelNamed(const Json &name);

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

/// What a handler knows of its call, and what it can do besides answering it. The engine's own
/// (call.h) reaches the client; this one is of a client that wants nothing and answers nothing.
class CallContext
{
public:
    virtual ~CallContext() = default;

    CallerPtr caller;         ///< of now, after ask()
    QString clientVersion;    ///< "name version" of the client; a claim, not a fact
    QByteArray accountHeader; ///< value of Features::accountHeader; may be empty
    QString toolset;          ///< whose address was called; empty = that of all tools
    http::Peer peer;          ///< the other end of the connection that the call came over
    std::stop_token stop;     ///< cancelled by the client, or because the grant or session ended

    /// Sends progress when the client asked for it: how much is done, of how much (< 0 = unknown),
    /// and what is being done.
    virtual void progress(double, double, const QString &) {}
    /// Sends a log message when the client wants messages of this level.
    virtual void log(LogLevel, const Json &) {}

    /// Lets the connection go while the work goes on, where the client knows to come back for the
    /// rest: to the stream, or to a task. For work that takes minutes.
    virtual void letGo() {}
    /// Whether letGo() makes a task of the call, whose client waits for as long as it takes.
    [[nodiscard]] virtual bool canBeTask() const { return false; }
    /// While a person is asked whether the call may run: the response does not begin by itself, so
    /// that lackScopes() remains possible.
    virtual void hold(bool) {}
    /// Ends the call as HTTP refuses a caller that lacks scopes, which lets the client ask for them
    /// (RFC 6750 §3.1): what the handler returns is then not sent. False where the response has
    /// begun, or the transport has no such answer; then the handler says it in words.
    virtual bool lackScopes(const ScopeSet &) { return false; }

    /// Whether the client can be asked this.
    [[nodiscard]] virtual bool canAsk(const InputRequest &) const { return false; }
    /// Asks, and answers with an object that holds each response by its key. The handler returns an
    /// error of kind Cancelled unchanged: in some revisions asking ends the request, and the
    /// handler runs again, from its beginning, once the client is back with the answers. So
    /// whatever is done before the last question must be harmless to repeat.
    [[nodiscard]] virtual Task<Result<Json>> ask(QList<InputRequest> requests);

    /// Whether the client keeps a session, whose state lives as long as it does, survives a restart
    /// of the app, and is bound to the grant: a JSON object; small.
    [[nodiscard]] virtual bool keepsSession() const { return false; }
    [[nodiscard]] virtual Json sessionState() const { return Json::object(); }
    virtual void setSessionState(const Json &) {}
};

/// Lives until the handler has ended.
using CallContextPtr = std::shared_ptr<CallContext>;

} // namespace flaredeck::mcp
