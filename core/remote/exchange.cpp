#include "core/remote/exchange.h"

#include "core/base/plaintext.h"

namespace flaredeck::remote {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype kMostWords = 2000;

/// What the server said of a failure, as the only words that there are about it.
QString wordsOf(const Json &error)
{
    const QString said = json::stringAt(error, "message").value_or(QString()).trimmed();
    return said.isEmpty() ? u"The server refused without a reason."_s
                          : plaintext::block(plaintext::cut(said, kMostWords));
}

} // namespace

Exchange::Exchange(QByteArray id, std::string method, mcp::CallContextPtr context)
    : m_id(std::move(id))
    , m_method(std::move(method))
    , m_context(std::move(context))
{
}

void Exchange::take(const Json &messages)
{
    if (messages.is_array()) {
        for (const Json &message : messages)
            takeMessage(message);
    } else {
        takeMessage(messages);
    }
}

void Exchange::takeMessage(const Json &message)
{
    if (!message.is_object() || m_outcome)
        return;
    const auto method = json::stringAt(message, "method");
    const Json *id = json::find(message, "id");
    if (!method) {
        if (!id || json::print(*id) != m_id)
            return; // of another request, or of none
        if (const Json *result = json::find(message, "result"); result && result->is_object()) {
            settle(*result);
        } else if (const Json *error = json::find(message, "error")) {
            m_errorCode = int(json::integerAt(*error, "code").value_or(-1));
            if (const Json *data = json::find(*error, "data"))
                m_errorData = *data;
            settle(fail(Error::Kind::Upstream, wordsOf(*error)));
        } else {
            settle(fail(Error::Kind::Upstream, u"The answer has neither result nor error."_s));
        }
        return;
    }
    const Json *given = json::find(message, "params");
    const Json params = given && given->is_object() ? *given : Json::object();
    if (!id) {
        takeNotification(method->toStdString(), params);
    } else if (*method == "ping"_L1) {
        if (pinged)
            pinged(*id);
    } else if (asked) {
        asked(*id, method->toStdString(), params);
    } else {
        ask(*id, method->toStdString(), params);
    }
}

void Exchange::ask(const Json &id, const std::string &method, const Json &params)
{
    if (++m_asked > kMostQuestions)
        return settle(
            fail(Error::Kind::Upstream, u"The server asked too many questions in one call."_s));
    // Numbered, so that another run of the handler finds the answer to the same question.
    m_questions.append({id, {u"remote-%1"_s.arg(m_asked), method, params, {}}});
    ring();
}

void Exchange::takeNotification(const std::string &method, const Json &params)
{
    if (method == "notifications/progress") {
        const Json *token = json::find(params, "progressToken");
        const Json *done = json::find(params, "progress");
        const Json *total = json::find(params, "total");
        if (m_context && token && json::print(*token) == m_id && done && done->is_number())
            m_context->progress(
                done->get<double>(), total && total->is_number() ? total->get<double>() : -1,
                plaintext::line(plaintext::cut(
                    json::stringAt(params, "message").value_or(QString()), kMostWords)));
    } else if (method == "notifications/message") {
        const Json *level = json::find(params, "level");
        const auto known = level ? mcp::logLevelNamed(*level) : std::nullopt;
        const Json *data = json::find(params, "data");
        if (m_context)
            m_context->log(known.value_or(mcp::LogLevel::Info), data ? *data : Json());
    } else if (other) {
        other(method, params);
    }
}

void Exchange::settle(Result<Json> outcome)
{
    if (m_outcome)
        return;
    m_outcome = std::move(outcome);
    ring();
}

QFuture<bool> Exchange::news()
{
    m_bell.emplace();
    m_bell->start();
    if (m_outcome || !m_questions.isEmpty())
        m_bell->finish();
    return m_bell->future();
}

void Exchange::ring()
{
    if (m_bell && !m_bell->future().isFinished())
        m_bell->finish();
}

} // namespace flaredeck::remote
