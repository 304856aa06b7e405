#include "core/mcp/methods/call.h"

#include "core/base/crypto.h"
#include "core/base/waiting.h"
#include "core/mcp/errorcodes.h"
#include "core/mcp/mcpserver.h"
#include "core/mcp/metakeys.h"
#include "core/mcp/revision.h"
#include "core/mcp/sessions/clientinfo.h"
#include "core/mcp/transports/address.h"

#include <QTimer>

#include <algorithm>
#include <array>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace flaredeck::mcp {

namespace {

/// A person may have to read and think; a client that never answers must not hold a call for ever.
constexpr auto kAnswerTime = 5min;

constexpr std::array<const char *, 8> kLogLevels{"debug", "info",     "notice", "warning",
                                                 "error", "critical", "alert",  "emergency"};

/// What binds the state of a call to that call.
QByteArray sealContext(const CallerIdentity &caller, const rpc::Message &request,
                       const QByteArray &subject)
{
    const Json *arguments = json::find(request.params, "arguments");
    return caller.grant.value.toUtf8() + '\n' + QByteArray::fromStdString(request.method) + '\n' +
           subject + '\n' + crypto::sha256(arguments ? json::print(*arguments) : QByteArray());
}

tl::unexpected<Error> cancelled()
{
    return flaredeck::fail(Error::Kind::Cancelled, u"The call was cancelled."_s);
}

tl::unexpected<Error> cannotAsk(const Json &lacking)
{
    return flaredeck::fail(Error::Kind::Denied,
                           u"This client cannot be asked: it did not declare %1."_s.arg(
                               QString::fromUtf8(json::print(lacking))),
                           u"Use a client that can."_s);
}

} // namespace

std::optional<LogLevel> logLevelNamed(const Json &name)
{
    const auto found = std::find_if(kLogLevels.begin(), kLogLevels.end(),
                                    [&name](const char *known) { return name == known; });
    if (found == kLogLevels.end())
        return std::nullopt;
    return static_cast<LogLevel>(found - kLogLevels.begin());
}

std::shared_ptr<Sender> Sender::of(const http::Request &request, CallerPtr caller,
                                   const McpServer &server, const SessionPtr &session)
{
    auto sender = std::make_shared<Sender>();
    sender->caller = std::move(caller);
    sender->head = request;
    sender->head.body.clear();
    sender->toolset = address::toolsetOf(request.path);
    sender->bytes = request.body.size();
    sender->challenge = &server.features().scopeChallenge;
    if (session) {
        // HTTP+SSE delivers initialize in the session, which speaks nothing yet.
        Handshake settled = session->handshake();
        sender->traits = settled.traits;
        sender->clientInfo = std::move(settled.clientInfo);
        sender->clientCapabilities = std::move(settled.clientCapabilities);
        sender->queue = session->queue();
        sender->session = session;
    }
    return sender;
}

std::optional<http::Response> Sender::refusalFor(const ScopeSet &needed) const
{
    return challenge && *challenge ? std::optional((*challenge)(head, needed)) : std::nullopt;
}

bool Sender::readsChallengeInResult() const
{
    return caller->client.value.startsWith("https://chatgpt.com/"_L1) ||
           clientInfo.startsWith("codex-mcp-client"_L1) || clientInfo.startsWith("openai-mcp"_L1);
}

bool Sender::declaresTasks() const
{
    const Json *extensions = json::find(clientCapabilities, "extensions");
    return extensions && json::find(*extensions, kTasksExtension);
}

void MethodCall::succeed(Json result, std::optional<Caching> caching) const
{
    reply->result(server.writer().write(std::move(result), traits(), caching));
}

Task<Result<Json>> CallContext::ask(QList<InputRequest> requests)
{
    co_return cannotAsk(requests.isEmpty() ? Json() : inputs::neededCapability(requests.first()));
}

Call::Call(const MethodCall &call)
    : m_server(call.server)
    , m_sender(call.sender)
    , m_reply(call.reply)
{
    caller = m_sender->caller;
    clientVersion = m_sender->clientInfo;
    accountHeader = valueOf(m_sender->head.headers, m_server.features().accountHeader);
    toolset = m_sender->toolset;
    peer = m_sender->head.peer;
    stop = m_reply->stopToken();
}

CallPtr Call::begin(const MethodCall &call, const QByteArray &subject)
{
    const CallPtr begun(new Call(call));
    const Json &params = call.message.params;
    auto problem = begun->readMeta(params);
    if (!problem && call.traits().stateless) {
        // Only for who can be asked, or comes with answers: it costs more than most calls do.
        if (!call.sender->clientCapabilities.empty() || params.contains("requestState"))
            begun->m_sealContext = sealContext(*call.sender->caller, call.message, subject);
        problem = begun->readAnswers(params);
    }
    if (!problem)
        return begun;
    call.reply->error(*problem);
    return nullptr;
}

std::optional<rpc::RpcError> Call::readMeta(const Json &params)
{
    if (m_sender->session)
        m_logLevel = m_sender->session->logLevel();
    const Json *meta = json::find(params, "_meta");
    if (!meta)
        return std::nullopt;
    const Json *token = json::find(*meta, "progressToken");
    const bool isShort =
        token && token->is_string() &&
        token->get_ref<const std::string &>().size() <= std::size_t(kMaxProgressTokenLength);
    if (!meta->is_object() || (token && !isShort && !token->is_number_integer()))
        return rpc::invalidParams(
            u"_meta must be an object, and its progressToken an integer or a string of at most %1 "
            u"bytes."_s.arg(kMaxProgressTokenLength));
    if (token)
        m_progressToken = *token;
    const Json *level = json::find(*meta, meta::kLogLevel);
    if (!level || !traits().stateless)
        return std::nullopt;
    m_logLevel = logLevelNamed(*level);
    if (!m_logLevel)
        return rpc::invalidParams(
            u"%1 is no level of logging."_s.arg(QString::fromUtf8(json::print(*level)).left(60)));
    return std::nullopt;
}

std::optional<rpc::RpcError> Call::readAnswers(const Json &params)
{
    if (const Json *state = json::find(params, "requestState")) {
        const auto answers = state->is_string()
                                 ? m_server.seal().open(state->get_ref<const std::string &>(),
                                                        m_sealContext, m_server.clock().now())
                                 : std::nullopt;
        if (!answers)
            return rpc::invalidParams(u"The requestState is not one that this server gave for this "
                                      u"call, or it is too old. Call again without it."_s);
        m_answers = *answers;
    }
    const Json *responses = json::find(params, "inputResponses");
    if (!responses)
        return std::nullopt;
    if (!responses->is_object())
        return rpc::invalidParams(u"inputResponses must be an object."_s);
    m_answers.update(*responses);
    return std::nullopt;
}

void Call::progress(double done, double total, const QString &message)
{
    const Millis now = m_server.clock().monotonic();
    const bool completes = total >= 0 && done >= total;
    if (m_progressToken.is_null() || !(done > m_progress) ||
        (!completes && now - m_progressAt < kProgressEvery))
        return;
    m_progress = done;
    m_progressAt = now;
    Json params{{"progressToken", m_progressToken}, {"progress", done}};
    if (total >= 0)
        params["total"] = total;
    if (traits().progressMessage && !message.isEmpty())
        params["message"] = message;
    m_reply->notify(rpc::notification("notifications/progress", params));
}

void Call::log(LogLevel level, const Json &data)
{
    if (!m_logLevel || level < *m_logLevel)
        return;
    m_reply->notify(rpc::notification(
        "notifications/message",
        {{"level", kLogLevels.at(static_cast<std::size_t>(level))}, {"data", data}}));
}

bool Call::canBeTask() const
{
    return traits().stateless && m_server.tasks() && m_sender->declaresTasks();
}

void Call::letGo()
{
    if (!canBeTask())
        return m_reply->letGo();
    if (m_task || !m_reply->isOpen())
        return;
    m_task = m_server.tasks()->begin(caller->grant, [reply = m_reply] { reply->cancel(); });
    if (!m_task)
        return; // too many; so the client waits for this one
    Json result = m_task->summary();
    result["resultType"] = "task";
    m_reply->result(m_server.writer().write(std::move(result), traits()));
}

bool Call::lackScopes(const ScopeSet &needed)
{
    const auto refusal = m_sender->refusalFor(needed);
    if (!refusal)
        return false;
    m_challenge = {{meta::kAuthenticate,
                    Json::array({refusal->headers.value("WWW-Authenticate").toStdString()})}};
    if (m_sender->readsChallengeInResult())
        return false;
    const auto body = json::parse(refusal->body);
    const Json result = toJson(
        ToolResult::error(body ? json::stringAt(*body, "error_description").value_or(QString())
                               : u"The caller lacks scopes."_s),
        traits());
    return m_reply->lackScopes(needed, m_server.writer().write(withChallenge(result), traits()));
}

Json Call::withChallenge(Json toolResult) const
{
    if (!m_challenge.is_null() && json::boolAt(toolResult, "isError").value_or(false))
        toolResult["_meta"] = m_challenge;
    return toolResult;
}

Json Call::sessionState() const
{
    return keepsSession() ? m_sender->session->state() : Json::object();
}

void Call::setSessionState(const Json &state)
{
    const SessionPtr &session = m_sender->session;
    Sessions &sessions = m_server.sessions();
    // A session that ended meanwhile must not come back into the store.
    if (!session || sessions.findByHash(session->idHash()) != session || session->state() == state)
        return;
    session->setState(state);
    sessions.save(*session);
}

bool Call::canAsk(const InputRequest &request) const
{
    return inputs::canAnswer(m_sender->clientCapabilities, request);
}

Task<Result<Json>> Call::ask(QList<InputRequest> requests)
{
    const auto unknown = std::find_if(requests.cbegin(), requests.cend(),
                                      [this](const InputRequest &one) { return !canAsk(one); });
    if (unknown != requests.cend()) {
        const Json lacking = inputs::neededCapability(*unknown);
        if (traits().stateless)
            m_lacking = lacking;
        co_return cannotAsk(lacking);
    }
    if (m_task) {
        const auto answers = co_await waitFor(m_task->ask(requests), stop);
        co_return answers.value_or(cancelled());
    }
    if (traits().stateless)
        co_return askByResult(requests);
    Result<Json> answers = co_await askOnStream(std::move(requests));
    // The person has taken their time, and scopes or accounts may have been withdrawn since.
    if (m_sender->queue->caller())
        caller = m_sender->queue->caller();
    co_return answers;
}

Result<Json> Call::askByResult(const QList<InputRequest> &requests)
{
    Json answers = Json::object();
    for (const InputRequest &request : requests) {
        const std::string key = request.key.toStdString();
        const Json *response = json::find(m_answers, key.c_str());
        if (response && inputs::willDo(request, *response))
            answers[key] = *response;
        else
            m_questions << request;
    }
    if (!m_questions.isEmpty())
        return flaredeck::fail(Error::Kind::Cancelled, u"The client is asked first."_s);
    return answers;
}

Task<Result<Json>> Call::askOnStream(QList<InputRequest> requests)
{
    rpc::Outgoing &outgoing = m_sender->session->outgoing();
    std::vector<rpc::Outgoing::Asked> asked;
    asked.reserve(static_cast<std::size_t>(requests.size()));
    for (const InputRequest &request : std::as_const(requests)) {
        asked.push_back(outgoing.open());
        m_reply->notify(rpc::requestMessage(asked.back().id, request.method, request.params));
    }
    const auto giveUp = [&](const Error &reason) {
        for (const auto &one : asked)
            outgoing.fail(one.id, reason);
    };
    QTimer patience;
    patience.setSingleShot(true);
    QObject::connect(&patience, &QTimer::timeout, &patience, [&giveUp] {
        giveUp({Error::Kind::Timeout, u"The client did not answer a question in time."_s});
    });
    patience.start(kAnswerTime);

    Json answers = Json::object();
    for (qsizetype i = 0; i < requests.size(); ++i) {
        const auto came = co_await waitFor(asked[static_cast<std::size_t>(i)].answer, stop);
        Result<Json> answer = came.value_or(cancelled());
        if (answer && !inputs::willDo(requests.at(i), *answer))
            answer =
                flaredeck::fail(Error::Kind::Denied,
                                u"The client's answer has not the shape that was asked for."_s);
        if (!answer) {
            giveUp(answer.error());
            co_return flaredeck::fail(answer.error());
        }
        answers[requests.at(i).key.toStdString()] = std::move(*answer);
    }
    co_return answers;
}

void Call::succeed(Json result, std::optional<Caching> caching)
{
    // What depends on a person's answers is nobody's to keep.
    if (!m_answers.empty())
        caching = caching ? std::optional(Caching{0}) : std::nullopt;
    if (m_task)
        return m_task->complete(std::move(result));
    m_reply->result(m_server.writer().write(std::move(result), traits(), caching));
}

void Call::fail(const rpc::RpcError &error)
{
    if (m_task)
        return m_task->fail(error);
    if (!m_lacking.is_null())
        return m_reply->error({kMissingClientCapability, u"The client lacks a capability."_s,
                               Json{{"requiredCapabilities", m_lacking}}});
    if (m_questions.isEmpty())
        return m_reply->error(error);
    m_reply->result(m_server.writer().write(
        {{"resultType", "input_required"},
         {"inputRequests", inputs::printed(m_questions)},
         {"requestState", m_server.seal().close(m_answers, m_sealContext, m_server.clock().now())}},
        traits()));
}

} // namespace flaredeck::mcp
