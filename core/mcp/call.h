#pragma once

#include "core/base/clock.h"
#include "core/base/taskscope.h"
#include "core/http/message.h"
#include "core/mcp/challenge.h"
#include "core/mcp/inputs.h"
#include "core/mcp/resultwriter.h"
#include "core/mcp/sessions.h"
#include "core/mcp/tasks.h"
#include "core/rpc/reply.h"

#include <QPointer>

namespace flaredeck::mcp {

/// Who sent a message, and what they speak.
struct MessageScope {
    const Traits *traits = nullptr;
    CallerPtr caller;
    QByteArray accountHeader; ///< cf-account-id; may be empty
    QString toolset;          ///< whose address was called; empty = that of all tools
    QString clientInfo;       ///< "name version"; a claim, may be empty
    Json clientCapabilities = Json::object();
    std::shared_ptr<rpc::InFlight> inFlight;
    CallQueuePtr queue;
    SessionPtr session; ///< null where the revision is stateless
    http::Peer peer = {};
    qint64 bytes = 0;         ///< of one message, about
    Challenge challenge = {}; ///< how HTTP refuses a caller that lacks scopes; may be empty

    /// Whether the client looks for that challenge in the tool's result: it would not take a
    /// refusal of HTTP for an answer.
    [[nodiscard]] bool readsChallengeInResult() const;
    /// Whether the client declared that it can fetch the outcome of a call later.
    [[nodiscard]] bool declaresTasks() const;

    [[nodiscard]] static MessageScope of(const SessionPtr &session, CallerPtr caller,
                                         const http::Request &request);
};

/// What all calls share; outlives none of them.
struct CallSupport {
    QPointer<Sessions> sessions;
    const Clock *clock = nullptr;
    std::shared_ptr<const ResultWriter> writer;
    std::shared_ptr<const inputs::StateSeal> seal;
    std::shared_ptr<Tasks> tasks; ///< null = no call outlives its request
    TaskScope *calls = nullptr;   ///< that run; each is stopped through its reply
};

/// A request that a handler of ours works on, from its parameters to its one answer. The handler
/// sees only context(); which era the client speaks ends here.
class Call : public std::enable_shared_from_this<Call>
{
public:
    /// Reads `_meta` and takes the answers to earlier questions. Null after a refusal was sent.
    /// `subject` is what the call is about, its tool's name for instance.
    [[nodiscard]] static std::shared_ptr<Call>
    begin(const CallSupport &support, const MessageScope &scope, const rpc::Message &request,
          const QByteArray &subject, const rpc::ReplyPtr &reply);

    [[nodiscard]] CallContext context();
    [[nodiscard]] const Traits &traits() const { return *m_scope.traits; }

    void succeed(Json result, std::optional<Caching> caching = {});
    /// Ends with the question that is open, with what the client lacks to be asked, or with the
    /// error.
    void fail(const rpc::RpcError &error);
    /// Whether the client can fetch the outcome later.
    [[nodiscard]] bool canBeTask() const;
    /// The result of a tool, with the challenge if it failed because its caller lacks scopes.
    [[nodiscard]] Json withChallenge(Json toolResult) const;
    /// Whether the handler ended because it has to ask first.
    [[nodiscard]] bool isAsking() const { return !m_questions.isEmpty() || !m_lacking.is_null(); }

private:
    Call(CallSupport support, MessageScope scope, rpc::ReplyPtr reply);

    [[nodiscard]] std::optional<rpc::RpcError> readMeta(const Json &params);
    [[nodiscard]] std::optional<rpc::RpcError> readAnswers(const Json &params);
    void log(LogLevel level, const Json &data) const;
    void letGo();
    [[nodiscard]] bool lackScopes(const ScopeSet &needed);
    [[nodiscard]] static Task<Result<Json>> ask(std::shared_ptr<Call> self,
                                                QList<InputRequest> requests);
    [[nodiscard]] Result<Json> askByResult(const QList<InputRequest> &requests);
    [[nodiscard]] static Task<Result<Json>> askOnStream(std::shared_ptr<Call> self,
                                                        QList<InputRequest> requests);

    const CallSupport m_support;
    const MessageScope m_scope;
    const rpc::ReplyPtr m_reply;
    Json m_progressToken;
    std::optional<LogLevel> m_logLevel;
    QByteArray m_sealContext;
    Json m_answers = Json::object(); ///< by key, of this round and those before
    QList<InputRequest> m_questions; ///< open, of this round
    Json m_challenge;                ///< `_meta` of a result that could not be refused
    Json m_lacking;                  ///< capabilities that the client would need
    WorkTaskPtr m_task;              ///< when the request was answered before the work is done
};

/// The extension that lets clients fetch the outcome of a call.
inline constexpr const char *kTasksExtension = "io.modelcontextprotocol/tasks";

using CallPtr = std::shared_ptr<Call>;

/// Awaits the handler's work and answers with it.
template <typename Answer>
Task<> answerWith(CallPtr call, Task<Result<Answer>> work, std::optional<Caching> caching,
                  std::function<Json(const Answer &, const Traits &)> print,
                  std::function<rpc::RpcError(const Error &)> explain = rpc::toRpcError)
{
    const Result<Answer> outcome = co_await work;
    if (outcome)
        call->succeed(print(*outcome, call->traits()), caching);
    else
        call->fail(explain(outcome.error()));
}

} // namespace flaredeck::mcp
