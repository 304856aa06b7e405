#include "core/mcp/call.h"

#include "core/base/crypto.h"
#include "core/base/logging.h"
#include "core/base/waiting.h"
#include "core/http/headernames.h"
#include "core/mcp/address.h"
#include "core/mcp/clientinfo.h"
#include "core/mcp/errorcodes.h"
#include "core/mcp/httpwords.h"
#include "core/mcp/loglevel.h"
#include "core/mcp/metakeys.h"
#include "core/mcp/progress.h"
#include "core/mcp/revision.h"

#include <QTimer>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace flaredeck::mcp {

namespace {

/// A person may have to read and think; a client that never answers must not hold a call for ever.
constexpr auto kAnswerTime = 5min;

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

Error cannotAsk(const InputRequest &request)
{
    return {Error::Kind::Denied,
            u"This client cannot be asked: it did not declare %1."_s.arg(
                QString::fromUtf8(json::print(inputs::neededCapability(request)))),
            u"Use a client that can."_s};
}

} // namespace

MessageScope MessageScope::of(const SessionPtr &session, CallerPtr caller,
                              const http::Request &request)
{
    // HTTP+SSE delivers initialize in the session, which speaks nothing yet.
    return {session->handshake().traits,
            std::move(caller),
            valueOf(request.headers, http::header::kAccount),
            address::toolsetOf(request.path),
            session->handshake().clientInfo,
            session->handshake().clientCapabilities,
            session->inFlightPtr(),
            session->queue(),
            session,
            request.peer,
            request.body.size(),
            {}};
}

bool MessageScope::readsChallengeInResult() const
{
    return caller->client.value.startsWith("https://chatgpt.com/"_L1) ||
           clientInfo.startsWith("codex-mcp-client"_L1) || clientInfo.startsWith("openai-mcp"_L1);
}

bool MessageScope::declaresTasks() const
{
    const Json *extensions = json::find(clientCapabilities, "extensions");
    return extensions && json::find(*extensions, kTasksExtension);
}

Call::Call(CallSupport support, MessageScope scope, rpc::ReplyPtr reply)
    : m_support(std::move(support))
    , m_scope(std::move(scope))
    , m_reply(std::move(reply))
{
}

CallPtr Call::begin(const CallSupport &support, const MessageScope &scope,
                    const rpc::Message &request, const QByteArray &subject,
                    const rpc::ReplyPtr &reply)
{
    const CallPtr call(new Call(support, scope, reply));
    if (const auto problem = call->readMeta(request.params)) {
        reply->error(*problem);
        return nullptr;
    }
    if (scope.traits->stateless) {
        // Only for who can be asked, or comes with answers: it costs more than most calls do.
        if (!scope.clientCapabilities.empty() || request.params.contains("requestState"))
            call->m_sealContext = sealContext(*scope.caller, request, subject);
        if (const auto problem = call->readAnswers(request.params)) {
            reply->error(*problem);
            return nullptr;
        }
    }
    return call;
}

std::optional<rpc::RpcError> Call::readMeta(const Json &params)
{
    if (m_scope.session)
        m_logLevel = m_scope.session->logLevel();
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
    if (!level || !m_scope.traits->stateless)
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
                                 ? m_support.seal->open(state->get_ref<const std::string &>(),
                                                        m_sealContext, m_support.clock->now())
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

CallContext Call::context()
{
    CallContext context;
    context.caller = m_scope.caller;
    context.clientVersion = m_scope.clientInfo;
    context.accountHeader = m_scope.accountHeader;
    context.toolset = m_scope.toolset;
    context.peer = m_scope.peer;
    context.stop = m_reply->stopToken();
    context.hold = [reply = m_reply](bool isHeld) { reply->hold(isHeld); };
    context.lackScopes = [weak = weak_from_this()](const ScopeSet &needed) {
        const CallPtr call = weak.lock();
        return call && call->lackScopes(needed);
    };
    if (!m_progressToken.is_null()) {
        auto progress =
            std::make_shared<Progress>(m_reply, m_progressToken, *m_scope.traits, *m_support.clock);
        context.progress = [progress = std::move(progress)](double done, double total,
                                                            const QString &message) {
            progress->report(done, total, message);
        };
    } else {
        context.progress = [](double, double, const QString &) {};
    }
    context.log = [weak = weak_from_this()](LogLevel level, const Json &data) {
        if (const CallPtr call = weak.lock())
            call->log(level, data);
    };
    context.letGo = [weak = weak_from_this()] {
        if (const CallPtr call = weak.lock())
            call->letGo();
    };
    context.canAsk = [capabilities = m_scope.clientCapabilities](const InputRequest &request) {
        return inputs::canAnswer(capabilities, request);
    };
    context.ask = [weak = weak_from_this()](QList<InputRequest> requests) {
        return ask(weak.lock(), std::move(requests));
    };
    if (!m_scope.session)
        return context; // what a stateless client wants kept it names in arguments

    const std::weak_ptr<Session> session = m_scope.session;
    context.sessionState = [session] {
        const SessionPtr alive = session.lock();
        return alive ? alive->state() : Json::object();
    };
    context.setSessionState = [session, sessions = m_support.sessions](const Json &state) {
        const SessionPtr alive = session.lock();
        // A session that ended meanwhile must not come back into the store.
        if (!sessions || !alive || sessions->findByHash(alive->idHash()) != alive ||
            alive->state() == state)
            return;
        alive->setState(state);
        sessions->save(*alive);
    };
    return context;
}

bool Call::lackScopes(const ScopeSet &needed)
{
    if (!m_scope.challenge)
        return false;
    const http::Response refusal = m_scope.challenge(needed);
    m_challenge = {{meta::kAuthenticate,
                    Json::array({refusal.headers.value("WWW-Authenticate").toStdString()})}};
    if (m_scope.readsChallengeInResult())
        return false;
    const auto body = json::parse(refusal.body);
    const Json result = toJson(
        ToolResult::error(body ? json::stringAt(*body, "error_description").value_or(QString())
                               : u"The caller lacks scopes."_s),
        *m_scope.traits);
    return m_reply->lackScopes(needed,
                               m_support.writer->write(withChallenge(result), *m_scope.traits));
}

Json Call::withChallenge(Json toolResult) const
{
    if (!m_challenge.is_null() && json::boolAt(toolResult, "isError").value_or(false))
        toolResult["_meta"] = m_challenge;
    return toolResult;
}

bool Call::canBeTask() const
{
    return m_scope.traits->stateless && m_support.tasks && m_scope.declaresTasks();
}

void Call::letGo()
{
    if (!canBeTask())
        return m_reply->letGo();
    if (m_task || !m_reply->isOpen())
        return;
    m_task = m_support.tasks->begin(m_scope.caller->grant, [reply = m_reply] { reply->cancel(); });
    if (!m_task)
        return; // too many; so the client waits for this one
    Json result = m_task->summary();
    result["resultType"] = "task";
    m_reply->result(m_support.writer->write(std::move(result), *m_scope.traits));
}

void Call::log(LogLevel level, const Json &data) const
{
    if (!m_logLevel || level < *m_logLevel)
        return;
    m_reply->notify(
        rpc::notification("notifications/message", {{"level", nameOf(level)}, {"data", data}}));
}

Task<Result<Json>> Call::ask(CallPtr self, QList<InputRequest> requests)
{
    if (!self)
        co_return flaredeck::fail(Error::Kind::Cancelled, u"The call has ended."_s);
    for (const InputRequest &request : requests) {
        if (inputs::canAnswer(self->m_scope.clientCapabilities, request))
            continue;
        if (self->m_scope.traits->stateless)
            self->m_lacking = inputs::neededCapability(request);
        co_return flaredeck::fail(cannotAsk(request));
    }
    if (self->m_task) {
        const auto answers =
            co_await waitFor(self->m_task->ask(requests), self->m_reply->stopToken());
        co_return answers.value_or(cancelled());
    }
    if (self->m_scope.traits->stateless)
        co_return self->askByResult(requests);
    co_return co_await askOnStream(self, std::move(requests));
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

Task<Result<Json>> Call::askOnStream(CallPtr self, QList<InputRequest> requests)
{
    const SessionPtr session = self->m_scope.session;
    rpc::Outgoing &outgoing = session->outgoing();
    std::vector<rpc::Outgoing::Asked> asked;
    asked.reserve(static_cast<std::size_t>(requests.size()));
    for (const InputRequest &request : std::as_const(requests)) {
        asked.push_back(outgoing.open());
        self->m_reply->notify(rpc::requestMessage(asked.back().id, request.method, request.params));
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
        const auto came =
            co_await waitFor(asked[static_cast<std::size_t>(i)].answer, self->m_reply->stopToken());
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
    m_reply->result(m_support.writer->write(std::move(result), *m_scope.traits, caching));
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
    m_reply->result(m_support.writer->write(
        {{"resultType", "input_required"},
         {"inputRequests", inputs::printed(m_questions)},
         {"requestState", m_support.seal->close(m_answers, m_sealContext, m_support.clock->now())}},
        *m_scope.traits));
}

} // namespace flaredeck::mcp
