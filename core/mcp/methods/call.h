#pragma once

#include "core/base/clock.h"
#include "core/http/httpmessage.h"
#include "core/mcp/methods/inputs.h"
#include "core/mcp/sessions/sessions.h"
#include "core/mcp/sessions/tasks.h"
#include "core/mcp/transports/httpwords.h"
#include "core/mcp/transports/resultwriter.h"
#include "core/rpc/reply.h"

#include <limits>

namespace flaredeck::mcp {

class McpServer;

/// Who sent the messages of a POST, and what they speak.
struct Sender {
    const Traits *traits = nullptr;
    CallerPtr caller;
    QString clientInfo; ///< "name version"; a claim, may be empty
    Json clientCapabilities = Json::object();
    CallQueuePtr queue;
    SessionPtr session; ///< null where the revision is stateless
    http::Request head; ///< of their request, without its body
    QString toolset;    ///< whose address was called; empty = that of all tools
    qint64 bytes = 0;   ///< of one message, about
    const ScopeChallenge *challenge = nullptr;

    /// From the head of their request and from the session, if there is one.
    [[nodiscard]] static std::shared_ptr<Sender> of(const http::Request &request, CallerPtr caller,
                                                    const McpServer &server,
                                                    const SessionPtr &session = {});

    /// How HTTP refuses this caller for the lack of scopes; nothing where tools say it in words.
    [[nodiscard]] std::optional<http::Response> refusalFor(const ScopeSet &needed) const;
    /// Whether the client looks for its challenge in the tool's result: it would not take a
    /// refusal of HTTP for an answer.
    [[nodiscard]] bool readsChallengeInResult() const;
    /// Whether the client declared that it can fetch the outcome of a call later.
    [[nodiscard]] bool declaresTasks() const;
};

using SenderPtr = std::shared_ptr<const Sender>;

/// A request that the handler of its method answers.
struct MethodCall {
    McpServer &server;
    rpc::Message &message;
    const SenderPtr &sender;
    const rpc::ReplyPtr &reply;

    [[nodiscard]] const Traits &traits() const { return *sender->traits; }
    void refuse(QString why) const { reply->error(rpc::invalidParams(std::move(why))); }
    void succeed(Json result, std::optional<Caching> caching = {}) const;
};

/// A request that tools, prompts or resources work on, from its parameters to its one answer. They
/// see only the context; which era the client speaks ends here.
class Call : public CallContext
{
public:
    /// More than forty reports of progress a second are noise on the wire.
    static constexpr Millis kProgressEvery = 25;

    /// Reads `_meta` and takes the answers to earlier questions. Null after a refusal was sent.
    /// `subject` is what the call is about, its tool's name for instance.
    [[nodiscard]] static std::shared_ptr<Call> begin(const MethodCall &call,
                                                     const QByteArray &subject);

    [[nodiscard]] const Traits &traits() const { return *m_sender->traits; }

    void succeed(Json result, std::optional<Caching> caching = {});
    /// Ends with the question that is open, with what the client lacks to be asked, or with the
    /// error.
    void fail(const rpc::RpcError &error);
    /// The result of a tool, with the challenge if it failed because its caller lacks scopes.
    [[nodiscard]] Json withChallenge(Json toolResult) const;
    /// Whether the handler ended because it has to ask first.
    [[nodiscard]] bool isAsking() const { return !m_questions.isEmpty() || !m_lacking.is_null(); }

    /// Strictly increasing, not too often, and none after the answer. The step that completes the
    /// total is always sent.
    void progress(double done, double total, const QString &message) override;
    void log(LogLevel level, const Json &data) override;
    void letGo() override;
    [[nodiscard]] bool canBeTask() const override;
    void hold(bool isHeld) override { m_reply->hold(isHeld); }
    bool lackScopes(const ScopeSet &needed) override;
    [[nodiscard]] bool canAsk(const InputRequest &request) const override;
    [[nodiscard]] Task<Result<Json>> ask(QList<InputRequest> requests) override;
    [[nodiscard]] bool keepsSession() const override { return m_sender->session != nullptr; }
    [[nodiscard]] Json sessionState() const override;
    void setSessionState(const Json &state) override;

private:
    explicit Call(const MethodCall &call);

    [[nodiscard]] std::optional<rpc::RpcError> readMeta(const Json &params);
    [[nodiscard]] std::optional<rpc::RpcError> readAnswers(const Json &params);
    [[nodiscard]] Result<Json> askByResult(const QList<InputRequest> &requests);
    [[nodiscard]] Task<Result<Json>> askOnStream(QList<InputRequest> requests);

    McpServer &m_server;
    const SenderPtr m_sender;
    const rpc::ReplyPtr m_reply;
    Json m_progressToken;
    double m_progress = -std::numeric_limits<double>::infinity();
    Millis m_progressAt = std::numeric_limits<Millis>::min() / 2;
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

} // namespace flaredeck::mcp
