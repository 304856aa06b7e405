#include "core/oauth/consent/flowtab.h"

#include "core/base/crypto.h"
#include "core/base/plaintext.h"
#include "core/base/waiting.h"
#include "core/oauth/clients/redirecturi.h"
#include "core/oauth/endpoints/oautherror.h"

#include <QDeadlineTimer>
#include <QFile>

#include <utility>

namespace flaredeck::oauth {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto kPagePatience = 150ms; // for a browser, which can show the page
constexpr auto kPlainPatience = 1s;   // for a client that only follows redirects
constexpr auto kLongPoll = 20s;
constexpr int kPollsPerWindow = 10;
constexpr Millis kPollWindow = 5000;
constexpr int kMostWaiting = 8;

/// "http://localhost:3334" of a redirect URI on this computer, else nothing.
QByteArray listenerOrigin(const QString &redirectUri)
{
    const auto parts = redirecturi::parse(redirectUri);
    if (!parts || parts->kind != redirecturi::Kind::Loopback)
        return {};
    // Checked when it was parsed: letters, digits and what an IP literal holds.
    const quint16 port = redirecturi::loopbackPort(redirectUri);
    return u"%1://%2:%3"_s.arg(parts->scheme, parts->host).arg(port).toLatin1();
}

http::Headers protection(const QByteArray &nonce, const QByteArray &mayTell = {})
{
    const QByteArray inlined = nonce.isEmpty() ? QByteArray("'none'") : "'nonce-" + nonce + '\'';
    return {{"Content-Security-Policy",
             "default-src 'none'; script-src " + inlined + "; style-src " + inlined +
                 "; connect-src 'self'" + (mayTell.isEmpty() ? QByteArray() : ' ' + mayTell) +
                 "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
            {"X-Frame-Options", "DENY"},
            {"Referrer-Policy", "no-referrer"},
            {"Cache-Control", "no-store"},
            {"X-Content-Type-Options", "nosniff"},
            {"Cross-Origin-Opener-Policy", "same-origin"}};
}

QByteArray resourceFile(const QString &name)
{
    QFile file(u":/oauth/"_s + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Fills the {{places}} of a template. Values are text and get escaped; CSS comes from us.
http::Response fill(int status, const QString &name, QList<std::pair<QByteArray, QString>> values,
                    const QByteArray &mayTell = {})
{
    const QByteArray nonce = crypto::randomToken();
    QByteArray page = resourceFile(name);
    page.replace("{{style}}", resourceFile(u"page.css"_s));
    // First, and the client's own words last: a value that looks like a place is not filled again.
    values.prepend({"nonce", QString::fromLatin1(nonce)});
    for (const auto &[place, value] : std::as_const(values))
        page.replace("{{" + place + "}}", plaintext::block(value).toHtmlEscaped().toUtf8());
    return http::Response::html(status, page, protection(nonce, mayTell));
}

http::Response waitingPage(const Flow &flow)
{
    const QString &name = flow.request().client.name;
    const QString message = flow.message();
    // The page may tell a program on this computer that it was denied.
    return fill(200, u"waiting.html"_s,
                {{"flow", QString::fromLatin1(flow.path())},
                 {"state", QString::fromLatin1(flow.stateName())},
                 {"phrase", flow.checkPhrase()},
                 {"step", message.isEmpty() ? u"Waiting for your answer"_s : message},
                 {"client", name.isEmpty() ? u"An MCP client"_s : u"“%1”"_s.arg(name)}},
                listenerOrigin(flow.request().redirectUri));
}

} // namespace

http::Response flowpages::message(int status, const QString &title, const QString &text)
{
    return fill(status, u"message.html"_s, {{"title", title}, {"text", text}});
}

http::Response flowpages::redirect(const QByteArray &location)
{
    http::Headers headers = protection({});
    headers.append("Location", location);
    return http::Response::empty(302, std::move(headers));
}

FlowTab::FlowTab(Flow &flow, const Clock &clock)
    : m_flow(flow)
    , m_clock(clock)
    , m_polls(kPollsPerWindow, kPollWindow)
{
    connect(&m_flow, &Flow::changed, this, &FlowTab::woken);
}

FlowTab::~FlowTab() = default;

void FlowTab::answerPage(const http::ExchangePtr &exchange, bool showsHtml)
{
    m_tasks.run(showPage(exchange, showsHtml));
}

void FlowTab::answerStatus(const http::ExchangePtr &exchange, const QByteArray &seen)
{
    if (const int wait = m_polls.take({}, m_clock.monotonic()); wait > 0)
        exchange->respond(oautherror::tooMany(u"Ask less often."_s, wait).toResponse());
    else
        m_tasks.run(showStatus(exchange, seen.isEmpty() ? m_flow.stateName() : seen));
}

Task<> FlowTab::showPage(http::ExchangePtr exchange, bool showsHtml)
{
    auto first = wait(exchange, QByteArray(), showsHtml ? kPagePatience : kPlainPatience);
    co_await first;
    if (!showsHtml && m_flow.isDelivering()) {
        // A client that cannot show a page is better off waiting for its redirect.
        auto second = wait(exchange, QByteArray(), kLongPoll);
        co_await second;
    }
    if (exchange->isOpen())
        exchange->respond(m_tasks.isStopped() ? oautherror::notFound().toResponse()
                                              : page(showsHtml));
}

Task<> FlowTab::showStatus(http::ExchangePtr exchange, QByteArray seen)
{
    auto waiting = wait(exchange, seen, kLongPoll);
    co_await waiting;
    if (exchange->isOpen())
        exchange->respond(m_tasks.isStopped() ? oautherror::notFound().toResponse() : status());
}

Task<> FlowTab::wait(http::ExchangePtr exchange, QByteArray seen,
                     std::chrono::milliseconds patience)
{
    const int number = ++m_newest;
    emit woken(); // the oldest may have to make room
    connect(exchange.get(), &http::Exchange::closed, this, &FlowTab::woken);
    const QDeadlineTimer end(patience);
    const auto isWaiting = [&] {
        return exchange->isOpen() && !m_flow.isOver() && m_flow.next().isEmpty() &&
               (seen.isEmpty() || seen == m_flow.stateName()) && number > m_newest - kMostWaiting &&
               !end.hasExpired() && !m_tasks.isStopped();
    };
    while (isWaiting())
        co_await waitForSignal(this, &FlowTab::woken,
                               std::chrono::milliseconds(end.remainingTime()), m_tasks.token());
}

http::Response FlowTab::page(bool showsHtml)
{
    const bool staysHere = showsHtml && m_flow.keepsTab();
    if (const QByteArray next = m_flow.next(); !next.isEmpty() && !staysHere) {
        m_flow.nextTaken();
        return flowpages::redirect(next);
    }
    const QString message = m_flow.message();
    const bool isDelivered = m_flow.hasEnded(Flow::Over::End::Delivered);
    if (isDelivered && !showsHtml)
        return flowpages::message(200, u"Allowed"_s,
                                  message.isEmpty() ? u"The client has its answer."_s : message);
    if (m_flow.isOver() && !staysHere && !isDelivered)
        return flowpages::message(404, u"This request has ended"_s,
                                  message.isEmpty() ? u"You can close this tab."_s : message);
    return waitingPage(m_flow);
}

http::Response FlowTab::status()
{
    if (m_flow.hasEnded(Flow::Over::End::CodeTaken))
        return oautherror::notFound().toResponse();
    Json body{{"state", m_flow.stateName().toStdString()}};
    if (!m_flow.message().isEmpty())
        body["message"] = m_flow.message();
    if (const QByteArray next = m_flow.next(); !next.isEmpty()) {
        body["next"] = next.toStdString();
        body["stay"] = m_flow.keepsTab();
        m_flow.nextTaken();
    }
    return http::Response::json(200, body, oautherror::noStore());
}

} // namespace flaredeck::oauth
