#include "bridge/bridge.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

namespace flaredeck::bridge {

using namespace Qt::StringLiterals;

namespace {

constexpr int kRetryMs = 50;
constexpr int kLookAgainMs = 1000;
/// An app that was here may be about to come back, after an update for instance.
constexpr int kAttemptsBeforeStart = 60;
constexpr int kMostAttempts = 400; ///< 20 seconds
constexpr int kMostTries = 3;      ///< of one request
constexpr int kMostResumptions = 100;
/// Of the places that the app has for a grant; a host that sends more waits.
constexpr qsizetype kMostAtOnce = 64;
constexpr int kListenAgainMs = 250;
constexpr int kLastWordsMs = 150;

// Hosts give up on a list after 10 to 60 seconds, and on a call after 60.
constexpr int kWaitingTickMs = 1000;
constexpr qint64 kListPatienceMs = 8000;
constexpr qint64 kCallPatienceMs = 50'000;

constexpr int kParseError = -32700;
constexpr int kInvalidRequest = -32600;

const QString kAbsent =
    u"Flaredeck is not running and could not be started. Open Flaredeck, then try again."_s;
const QString kLost =
    u"Flaredeck ended while this call ran, so it is not known whether it was carried out. Check "
    "that before you call it again."_s;

/// The sentence in an answer that is no JSON-RPC; empty when there is none.
QString reasonIn(const QByteArray &body)
{
    const QJsonObject object = QJsonDocument::fromJson(body).object();
    const QString description = object["error_description"_L1].toString();
    return description.isEmpty() ? object["error"_L1].toObject()["message"_L1].toString()
                                 : description;
}

bool isHandshake(const Message &message)
{
    return message.method == "initialize"_L1 || message.method == "server/discover"_L1;
}

/// As a header's value (2026-07-28, basic/transports, "Value Encoding"). What others chose must not
/// end the line.
QByteArray headerValue(const QString &text)
{
    const QByteArray bytes = text.toUtf8();
    const bool isPlain =
        std::all_of(bytes.begin(), bytes.end(), [](char c) { return c > ' ' && c <= '~'; });
    return isPlain && !bytes.startsWith("=?") ? bytes : "=?base64?" + bytes.toBase64() + "?=";
}

/// An empty list, for a host that would not wait for a person.
QJsonObject emptyList(const Message &request)
{
    QJsonObject result{{request.method == "resources/templates/list"_L1 ? u"resourceTemplates"_s
                                                                        : request.listOf(),
                        QJsonArray()}};
    if (request.isStateless()) {
        result["resultType"_L1] = "complete"_L1;
        result["ttlMs"_L1] = 0;
        result["cacheScope"_L1] = "private"_L1;
    }
    return result;
}

} // namespace

Bridge::Bridge(const Options &options, HostChannel &host, QObject *parent)
    : QObject(parent)
    , m_options(options)
    , m_host(host)
    , m_upstream(options.sockets)
    , m_launcher(options.appArguments)
{
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &Bridge::prepare);
    m_waiting.setInterval(kWaitingTickMs);
    connect(&m_waiting, &QTimer::timeout, this, &Bridge::remindOfWaiting);
    connect(&m_host, &HostChannel::line, this, &Bridge::take);
    connect(&m_host, &HostChannel::ended, this, &Bridge::end);
    connect(&m_host, &HostChannel::crowdedChanged, this,
            [this] { m_upstream.setPaused(m_host.isCrowded()); });
}

// --- The host

void Bridge::take(const QByteArray &line)
{
    if (m_isEnding)
        return;
    const QList<Message> messages = Message::read(line);
    if (messages.isEmpty())
        m_host.write(errorLine({}, kParseError, u"This line is no JSON-RPC message."_s));
    for (const Message &message : messages)
        handle(message);
}

void Bridge::handle(const Message &message)
{
    if (message.kind == Message::Kind::Request)
        return handleRequest(message);
    if (message.method == "notifications/initialized"_L1)
        return; // it is sent when the session is open
    if (!message.cancels.isEmpty()) {
        const Pending pending = m_pending.value(message.cancels);
        if (!pending.call || pending.message.isStateless() || m_state != State::Ready)
            return cancel(message.cancels);
        // The app ends it; whatever still comes of it is nobody's answer.
        m_pending.remove(message.cancels);
        m_order.removeOne(message.cancels);
    }
    if (m_state == State::Ready)
        return deliver(message);
    m_unsent << message;
    prepare();
}

void Bridge::handleRequest(const Message &message)
{
    if (message.method == "ping"_L1)
        return m_host.write(resultLine(message.id, {}));
    if (m_pending.contains(message.id))
        return m_host.write(
            errorLine(message.id, kInvalidRequest, u"A request with this id is running."_s));
    if (message.method == "initialize"_L1)
        m_initialize = message;
    m_pending.insert(message.id, {message});
    m_order << message.id;
    if (isHandshake(message))
        return greet(message);
    if (m_state == State::Ready)
        forwardWaiting();
    else
        prepare();
}

/// The handshake of the host, which needs nobody's permission.
void Bridge::greet(const Message &handshake)
{
    UpstreamCall *call =
        m_upstream.send("POST", "/local/welcome", headersFor(handshake), handshake.line);
    m_pending[handshake.id].call = call;
    connect(call, &UpstreamCall::ended, this, [this, call, id = handshake.id](auto how) {
        const auto found = m_pending.find(id);
        if (found == m_pending.end())
            return;
        found->call = nullptr;
        if (how != UpstreamCall::End::Complete)
            return retryLater(how);
        m_attempts = 0;
        m_wasReached = true;
        const QJsonObject answer = QJsonDocument::fromJson(call->body()).object();
        if (answer["jsonrpc"_L1].isUndefined())
            return fail(id, reasonIn(call->body()));
        m_revision = answer["result"_L1]["protocolVersion"_L1].toString().toLatin1();
        relay(id, call->body());
        prepare(); // so that the person is asked before the first call needs it
    });
}

/// Of a request that the app has not seen, or that ends with its connection (2026-07-28).
void Bridge::cancel(const QByteArray &id)
{
    const Pending pending = m_pending.take(id);
    m_order.removeOne(id);
    if (pending.call)
        pending.call->abort();
    forwardWaiting();
}

// --- The app

void Bridge::prepare()
{
    if (m_isEnding || m_isPreparing)
        return;
    // A handshake that has no answer yet comes before all else.
    for (const QByteArray &id : std::as_const(m_order)) {
        const Pending pending = m_pending.value(id);
        if (!isHandshake(pending.message))
            continue;
        if (!pending.call)
            greet(pending.message);
        return;
    }
    if (m_state == State::Ready)
        return;
    m_isPreparing = true;
    askForAccess();
}

void Bridge::askForAccess()
{
    m_state = State::Asking;
    m_waitedMs = 0;
    m_waiting.start();
    UpstreamCall *call = m_upstream.send("POST", "/local/access", {});
    connect(call, &UpstreamCall::ended, this, [this, call](auto how) {
        m_waiting.stop();
        if (how != UpstreamCall::End::Complete)
            return retryLater(how);
        m_attempts = 0;
        if (call->status() == 204 && m_initialize)
            return openSession();
        if (call->status() == 204)
            return becomeReady();
        m_isPreparing = false;
        m_state = State::Away;
        const QString reason = reasonIn(call->body());
        refuseWaiting(reason.isEmpty()
                          ? u"Flaredeck refused access (HTTP %1)."_s.arg(call->status())
                          : reason);
    });
}

void Bridge::openSession()
{
    m_state = State::Opening;
    m_session.clear();
    UpstreamCall *call =
        m_upstream.send("POST", m_options.path, headersFor(*m_initialize), m_initialize->line);
    connect(call, &UpstreamCall::ended, this, [this, call](auto how) {
        m_session = call->header("mcp-session-id");
        if (how != UpstreamCall::End::Complete)
            return retryLater(how);
        if (m_session.isEmpty()) {
            m_isPreparing = false;
            m_state = State::Away;
            return refuseWaiting(reasonIn(call->body()));
        }
        deliver({.line = R"({"jsonrpc":"2.0","method":"notifications/initialized"})"});
        listen();
        becomeReady();
    });
}

/// What the server sends by itself.
void Bridge::listen()
{
    if (m_listening)
        m_listening->abort();
    UpstreamCall *call = m_upstream.send(
        "GET", m_options.path, headersFor({}) << std::pair("Accept", "text/event-stream"));
    m_listening = call;
    connect(call, &UpstreamCall::message, this,
            [this](const QByteArray &data) { m_host.write(data); });
    connect(call, &UpstreamCall::ended, this, [this, call](auto how) {
        m_listening = nullptr;
        // A session that ended is opened again by the next request.
        if (how == UpstreamCall::End::Complete && call->isStream() && m_state == State::Ready)
            QTimer::singleShot(kListenAgainMs, this, [this] {
                if (!m_listening && m_state == State::Ready && !m_isEnding)
                    listen();
            });
        else if (how != UpstreamCall::End::Complete && m_state == State::Ready)
            retryLater(how);
    });
}

void Bridge::becomeReady()
{
    m_isPreparing = false;
    m_state = State::Ready;
    for (const Message &message : std::exchange(m_unsent, {}))
        deliver(message);
    forwardWaiting();
    if (std::exchange(m_owesLists, false))
        tellListsChanged();
}

/// The app is not there, or went away.
void Bridge::retryLater(UpstreamCall::End how)
{
    m_isPreparing = false;
    m_state = State::Away;
    m_waiting.stop();
    if (m_isEnding || m_retry.isActive())
        return;
    // Nobody waits: the person may have ended the app on purpose.
    if (m_order.isEmpty() && m_unsent.isEmpty()) {
        if (m_initialize)
            m_retry.start(kLookAgainMs);
        return;
    }
    if (how == UpstreamCall::End::Unreachable) {
        ++m_attempts;
        const bool waits = m_wasReached && m_attempts < kAttemptsBeforeStart;
        const bool isStarted = waits || m_launcher.start();
        if (!isStarted || m_attempts > kMostAttempts) {
            m_attempts = 0;
            return refuseWaiting(kAbsent);
        }
    }
    m_retry.start(kRetryMs);
}

void Bridge::refuseWaiting(const QString &reason)
{
    m_unsent.clear();
    for (const QByteArray &id : QList(m_order)) {
        if (m_pending.contains(id) && !m_pending[id].call)
            fail(id, reason);
    }
}

// --- Requests of the host

Upstream::Headers Bridge::headersFor(const Message &message) const
{
    Upstream::Headers headers;
    if (message.kind != Message::Kind::Notification || !message.line.isEmpty())
        headers << std::pair("Accept", "application/json, text/event-stream");
    if (message.isStateless()) {
        headers << std::pair("MCP-Protocol-Version", headerValue(message.revision))
                << std::pair("Mcp-Method", headerValue(message.method));
        if (!message.name.isEmpty())
            headers << std::pair("Mcp-Name", headerValue(message.name));
        return headers;
    }
    if (!m_session.isEmpty() && message.method != "initialize"_L1)
        headers << std::pair("Mcp-Session-Id", m_session)
                << std::pair("MCP-Protocol-Version", m_revision);
    return headers;
}

void Bridge::forwardWaiting()
{
    for (const QByteArray &id : QList(m_order)) {
        if (m_state != State::Ready || m_upstream.busy() >= kMostAtOnce)
            return;
        if (!m_pending.value(id).call)
            forward(id);
    }
}

void Bridge::forward(const QByteArray &id)
{
    Pending &pending = m_pending[id];
    ++pending.tries;
    pending.call =
        m_upstream.send("POST", m_options.path, headersFor(pending.message), pending.message.line);
    connect(pending.call, &UpstreamCall::message, this,
            [this, id](const QByteArray &data) { relay(id, data); });
    connect(pending.call, &UpstreamCall::ended, this, [this, id](auto how) {
        finished(id, how);
        forwardWaiting(); // there is a place now
    });
}

/// What has no answer.
void Bridge::deliver(const Message &message)
{
    UpstreamCall *call = m_upstream.send("POST", m_options.path, headersFor(message), message.line);
    connect(call, &UpstreamCall::ended, this, [this](auto how) {
        if (how != UpstreamCall::End::Complete && m_state == State::Ready)
            retryLater(how);
    });
}

/// A line for the host, which may answer requests.
void Bridge::relay(const QByteArray &id, const QByteArray &line)
{
    m_host.write(line);
    if (!m_pending.contains(id))
        return;
    for (const QByteArray &done : answeredBy(line)) {
        m_pending.remove(done);
        m_order.removeOne(done);
    }
}

void Bridge::finished(const QByteArray &id, UpstreamCall::End how)
{
    const auto found = m_pending.find(id);
    if (found == m_pending.end() || !found->call)
        return; // answered on its stream, or cancelled
    UpstreamCall &call = *found->call;
    if (how == UpstreamCall::End::Complete && !call.isStream())
        return answered(id, call);
    if (const QByteArray last = call.lastEventId(); !last.isEmpty())
        found->lastEventId = last;
    found->call = nullptr;
    found->mayHaveRun |= how != UpstreamCall::End::Unreachable;
    // A stream may end before its answer: it goes on where it stopped.
    if (how == UpstreamCall::End::Complete && !found->lastEventId.isEmpty())
        return resume(id);
    if (!mayRepeat(*found))
        fail(id, kLost);
    if (how != UpstreamCall::End::Complete)
        retryLater(how);
}

bool Bridge::mayRepeat(const Pending &pending)
{
    return (!pending.mayHaveRun || pending.message.isRepeatable()) && pending.tries < kMostTries;
}

void Bridge::answered(const QByteArray &id, UpstreamCall &call)
{
    Pending &pending = m_pending[id];
    const bool isJsonRpc = QJsonDocument::fromJson(call.body()).object().contains("jsonrpc"_L1);
    const bool isKnown = isJsonRpc && answeredBy(call.body()).contains(id);
    // No access (any more), or no such session: both are renewed once, then the request goes again.
    if (call.status() == 401 || (call.status() == 404 && !m_session.isEmpty() && !isKnown)) {
        pending.call = nullptr;
        if (!mayRepeat(pending))
            return fail(id, pending.mayHaveRun ? kLost : reasonIn(call.body()));
        if (m_state == State::Ready)
            m_state = State::Away;
        return prepare();
    }
    if (isJsonRpc || call.body().startsWith('['))
        relay(id, call.body());
    if (m_pending.contains(id)) {
        const QString reason = reasonIn(call.body());
        fail(id,
             reason.isEmpty() ? u"Flaredeck answered with HTTP %1."_s.arg(call.status()) : reason);
    }
}

/// 2025-11-25, basic/transports, "Resumability and Redelivery".
void Bridge::resume(const QByteArray &id)
{
    Pending &pending = m_pending[id];
    pending.mayHaveRun = true;
    if (++pending.resumed > kMostResumptions)
        return fail(id, kLost);
    pending.call =
        m_upstream.send("GET", m_options.path,
                        headersFor({}) << std::pair("Accept", "text/event-stream")
                                       << std::pair("Last-Event-ID", pending.lastEventId));
    connect(pending.call, &UpstreamCall::message, this,
            [this, id](const QByteArray &data) { relay(id, data); });
    connect(pending.call, &UpstreamCall::ended, this, [this, id](auto how) {
        finished(id, how);
        forwardWaiting(); // there is a place now
    });
}

void Bridge::fail(const QByteArray &id, const QString &reason)
{
    const Pending pending = m_pending.take(id);
    m_order.removeOne(id);
    m_host.write(refusalLine(pending.message, reason));
}

// --- While a person decides

void Bridge::remindOfWaiting()
{
    m_waitedMs += kWaitingTickMs;
    for (const QByteArray &id : QList(m_order)) {
        const Pending pending = m_pending.value(id);
        const Message &message = pending.message;
        if (pending.call)
            continue;
        if (!message.listOf().isEmpty() && m_waitedMs >= kListPatienceMs) {
            m_owesLists = true;
            relay(id, resultLine(id, emptyList(message)));
        } else if (message.listOf().isEmpty() && m_waitedMs >= kCallPatienceMs &&
                   message.method != "subscriptions/listen"_L1) {
            fail(id, u"Flaredeck asks its user whether this program may use Cloudflare, and waits "
                     "for the answer. Ask the user to decide there, then try again."_s);
        }
    }
}

void Bridge::tellListsChanged()
{
    const auto tell = [this](const QString &list, const QByteArray &params) {
        m_host.write("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/" + list.toUtf8() +
                     "/list_changed\"" + params + '}');
    };
    for (const QString &list : {u"tools"_s, u"prompts"_s, u"resources"_s}) {
        if (m_initialize)
            tell(list, {});
        for (const QByteArray &id : std::as_const(m_order)) {
            if (m_pending[id].message.method == "subscriptions/listen"_L1)
                tell(list, R"(,"params":{"_meta":{"io.modelcontextprotocol/subscriptionId":)" + id +
                               "}}");
        }
    }
}

void Bridge::end()
{
    if (std::exchange(m_isEnding, true))
        return;
    m_retry.stop();
    m_waiting.stop();
    for (const Pending &pending : std::exchange(m_pending, {})) {
        if (pending.call)
            pending.call->abort();
    }
    m_order.clear();
    if (m_session.isEmpty()) {
        QMetaObject::invokeMethod(this, &Bridge::ended, Qt::QueuedConnection);
        return;
    }
    if (m_listening)
        m_listening->abort();
    m_listening = nullptr;
    connect(m_upstream.send("DELETE", m_options.path, headersFor({})), &UpstreamCall::ended, this,
            &Bridge::ended);
    QTimer::singleShot(kLastWordsMs, this, &Bridge::ended);
}

} // namespace flaredeck::bridge
