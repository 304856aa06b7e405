#pragma once

#include "core/base/json.h"
#include "core/mcp/methods/callcontext.h"
#include "core/remote/eventreader.h"

#include <QFuture>
#include <QPromise>

#include <memory>
#include <optional>
#include <stop_token>

namespace flaredeck::remote {

/// A request of the server that came while it worked on one of ours.
struct Question {
    Json id;
    mcp::InputRequest asked;
};

/// One request of ours to a remote server, from its sending to its one answer, and what the server
/// says and asks meanwhile. It outlives the handler that began it: a client without streams comes
/// back with its answer in another one.
class Exchange
{
public:
    /// More than a person would answer in one call.
    static constexpr int kMostQuestions = 100;

    /// `method` is empty for a stream that answers no request.
    Exchange(QByteArray id, std::string method, mcp::CallContextPtr context);

    [[nodiscard]] const QByteArray &id() const { return m_id; }
    [[nodiscard]] const std::string &method() const { return m_method; }
    /// Null while nobody waits for it.
    void setContext(mcp::CallContextPtr context) { m_context = std::move(context); }

    /// What the server sends on the stream of this request or as its whole answer: a message, or
    /// several in an array.
    void take(const Json &messages);
    /// There will be no answer; the first reason counts.
    void settle(Result<Json> outcome);
    [[nodiscard]] bool isSettled() const { return m_outcome.has_value(); }
    /// The outcome; only once it is settled.
    [[nodiscard]] Result<Json> outcome() const { return *m_outcome; }
    /// The code of the JSON-RPC error that it is; 0 = none.
    [[nodiscard]] int errorCode() const { return m_errorCode; }
    /// The `data` of that error; null = none.
    [[nodiscard]] const Json &errorData() const { return m_errorData; }

    [[nodiscard]] const QList<Question> &questions() const { return m_questions; }
    /// One more to be answered; settles when there are too many.
    void ask(const Json &id, const std::string &method, const Json &params);
    Question takeQuestion() { return m_questions.takeFirst(); }
    void putBack(Question question) { m_questions.prepend(std::move(question)); }

    /// Finishes when there is something new: an outcome or a question.
    [[nodiscard]] QFuture<bool> news();

    // Of the answer, while it arrives.
    int status = 0; ///< 0 = nothing has come
    http::Headers headers;
    QByteArray body;     ///< of an answer that is no stream
    qint64 received = 0; ///< bytes, over all streams that it took
    std::unique_ptr<EventReader> stream;
    /// Ends the transfer; not from within it.
    std::stop_source transfer;

    int parkedTimes = 0;

    /// What a server says that belongs to no request.
    std::function<void(const std::string &method, const Json &params)> other;
    /// A question that came on a stream of no request; without it they are kept here.
    std::function<void(const Json &id, const std::string &method, const Json &params)> asked;
    /// A ping, which is answered at once.
    std::function<void(const Json &id)> pinged;

private:
    void takeMessage(const Json &message);
    void takeNotification(const std::string &method, const Json &params);
    void ring();

    const QByteArray m_id;
    const std::string m_method;
    mcp::CallContextPtr m_context;
    std::optional<Result<Json>> m_outcome;
    int m_errorCode = 0;
    Json m_errorData;
    QList<Question> m_questions;
    int m_asked = 0;
    std::optional<QPromise<bool>> m_bell;
};

using ExchangePtr = std::shared_ptr<Exchange>;

} // namespace flaredeck::remote
