#include "core/oauth/flowtab.h"

#include "core/oauth/flowpages.h"
#include "core/oauth/oautherror.h"

#include <QTimer>

#include <algorithm>

namespace flaredeck::oauth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int kPollsPerWindow = 10;
constexpr Millis kPollWindow = 5000;
constexpr qsizetype kMaxWaiting = 8;

} // namespace

FlowTab::FlowTab(AuthorizeRequest request, QString checkPhrase, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_flow(std::move(request), std::move(checkPhrase))
    , m_clock(clock)
    , m_polls(kPollsPerWindow, kPollWindow)
{
    connect(&m_flow, &AuthorizeFlow::changed, this, &FlowTab::serveReady);
}

FlowTab::~FlowTab()
{
    for (const Waiting &waiting : std::as_const(m_waiting)) {
        waiting.exchange->disconnect(this);
        waiting.exchange->respond(oautherror::notFound().toResponse());
    }
}

void FlowTab::answerPage(const http::ExchangePtr &exchange, bool showsHtml)
{
    hold({m_nextId++, exchange, {}, true, showsHtml},
         showsHtml ? kPagePatienceMs : kPlainPatienceMs);
}

void FlowTab::answerStatus(const http::ExchangePtr &exchange, const QByteArray &seen)
{
    if (const int wait = m_polls.take({}, m_clock.monotonic()); wait > 0) {
        exchange->respond(oautherror::tooMany(u"Ask less often."_s, wait).toResponse());
        return;
    }
    hold({m_nextId++, exchange, seen.isEmpty() ? m_flow.stateName() : seen}, kLongPollMs);
}

void FlowTab::hold(Waiting waiting, int patienceMs)
{
    if (m_waiting.size() >= kMaxWaiting) {
        respond(m_waiting.first());
        release(m_waiting.first().id);
    }
    const int id = waiting.id;
    QTimer::singleShot(patienceMs, this, [this, id] { expire(id); });
    // Queued: releasing drops the exchange, which must not happen inside its own signal.
    connect(
        waiting.exchange.get(), &http::Exchange::closed, this, [this, id] { release(id); },
        Qt::QueuedConnection);
    m_waiting << std::move(waiting);
    serveReady();
}

void FlowTab::release(int id)
{
    const auto found = std::find_if(m_waiting.begin(), m_waiting.end(),
                                    [id](const Waiting &waiting) { return waiting.id == id; });
    if (found == m_waiting.end())
        return;
    found->exchange->disconnect(this);
    m_waiting.erase(found);
}

void FlowTab::expire(int id)
{
    using State = AuthorizeFlow::State;
    const auto found = std::find_if(m_waiting.begin(), m_waiting.end(),
                                    [id](const Waiting &waiting) { return waiting.id == id; });
    if (found == m_waiting.end())
        return;
    const bool isDecided =
        m_flow.state() == State::Finishing || m_flow.state() == State::WaitingForClient;
    if (found->isPage && !found->showsHtml && !found->isPatient && isDecided) {
        // A client that cannot show a page is better off waiting for its redirect.
        found->isPatient = true;
        QTimer::singleShot(kLongPollMs, this, [this, id] { expire(id); });
        return;
    }
    respond(*found);
    release(id);
}

void FlowTab::serveReady()
{
    const auto ready = [this] {
        return std::find_if(m_waiting.begin(), m_waiting.end(),
                            [this](const Waiting &waiting) { return isReady(waiting); });
    };
    for (auto it = ready(); it != m_waiting.end(); it = ready()) {
        const Waiting waiting = *it;
        release(waiting.id);
        respond(waiting);
    }
}

bool FlowTab::isReady(const Waiting &waiting) const
{
    return m_flow.isOver() || !m_flow.next().isEmpty() ||
           (!waiting.isPage && waiting.seen != m_flow.stateName());
}

void FlowTab::respond(const Waiting &waiting)
{
    if (waiting.exchange->isOpen())
        waiting.exchange->respond(waiting.isPage ? page(waiting.showsHtml) : status());
}

http::Response FlowTab::page(bool showsHtml)
{
    const bool staysHere = showsHtml && m_flow.keepsTab();
    if (const QByteArray next = m_flow.next(); !next.isEmpty() && !staysHere) {
        m_flow.nextTaken();
        return flowpages::redirect(next);
    }
    const bool isDelivered = m_flow.state() == AuthorizeFlow::State::Delivered;
    if (isDelivered && !showsHtml)
        return flowpages::message(200, u"Allowed"_s,
                                  m_flow.message().isEmpty() ? u"The client has its answer."_s
                                                             : m_flow.message());
    if (m_flow.isOver() && !staysHere && !isDelivered)
        return flowpages::message(404, u"This request has ended"_s,
                                  m_flow.message().isEmpty() ? u"You can close this tab."_s
                                                             : m_flow.message());
    return flowpages::waiting({m_flow.request().client.name, m_flow.checkPhrase(), m_flow.path(),
                               m_flow.stateName(), m_flow.message(), m_flow.request().redirectUri});
}

http::Response FlowTab::status()
{
    if (m_flow.isSpent())
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
