#include "core/oauth/authorizeflows.h"

#include "core/base/logging.h"
#include "core/oauth/checkphrase.h"

#include <algorithm>

namespace flaredeck::oauth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int kStartsPerMinute = 20;
constexpr Millis kMinute = 60'000;
constexpr int kKeptWhenOverMs = static_cast<int>(GrantBook::kCollectWithin);

bool isProgram(const Requester &requester)
{
    return requester.kind == Requester::Kind::Program || requester.kind == Requester::Kind::Unknown;
}

/// Browsers and clients are counted apart from other programs, which thus cannot use up their
/// share.
QByteArray startKey(const Requester &requester)
{
    switch (requester.kind) {
    case Requester::Kind::Browser:
        return "browser";
    case Requester::Kind::Client:
        return "client " + requester.key();
    default:
        return "program " + requester.key();
    }
}

/// Behind a browser anybody may be, so that there the client counts.
QByteArray noKey(const AuthorizeRequest &request)
{
    return isProgram(request.requester) ? "program " + request.requester.key()
                                        : "client " + request.client.id.value.toUtf8();
}

} // namespace

AuthorizeFlows::AuthorizeFlows(ApprovalServices services, QObject *parent)
    : QObject(parent)
    , m_services(services)
    , m_starts(kStartsPerMinute, kMinute)
    , m_noes(kNoesPerMinute, kMinute)
{
}

tl::expected<FlowTab *, AuthorizeRefusal>
AuthorizeFlows::open(const AuthorizeRequest &request, const QList<http::PeerProcess> &listeners)
{
    if (request.client.isBlocked())
        return refuseBlocked(request);
    for (const auto &[handle, entry] : m_entries) {
        AuthorizeFlow &flow = entry.tab->flow();
        const bool hasEnded = flow.isSpent() || flow.state() == AuthorizeFlow::State::Failed;
        if (!hasEnded && flow.request().isReloadOf(request)) {
            flow.repeatSignIn();
            return entry.tab.get();
        }
    }
    const Millis now = m_services.clock.monotonic();
    if (const int wait = m_noes.waitSeconds(noKey(request), now); wait > 0) {
        m_services.audit.note({.kind = store::AuditKind::Blocked,
                               .client = request.client.id,
                               .outcome = u"It asked again and again after a no"_s});
        return tl::unexpected(AuthorizeRefusal{
            "access_denied",
            u"You have said no to this several times. It may ask again in %1 seconds."_s.arg(wait),
            request.redirectUri, request.state});
    }
    if (!hasRoom(request)) {
        qCWarning(lcOAuth) << "too many requests wait for an answer; one was turned away";
        m_services.audit.note({.kind = store::AuditKind::Blocked,
                               .client = request.client.id,
                               .outcome = u"Too many requests for access wait for an answer"_s});
        return tl::unexpected(AuthorizeRefusal{
            "temporarily_unavailable", u"Too many requests wait for an answer in Flaredeck."_s,
            request.redirectUri, request.state});
    }
    return add(request, listeners);
}

FlowTab *AuthorizeFlows::find(const QByteArray &handle)
{
    const auto found = m_entries.find(handle);
    return found == m_entries.end() ? nullptr : found->second.tab.get();
}

void AuthorizeFlows::cancel(const QByteArray &handle, const QString &reason)
{
    const auto found = m_entries.find(handle);
    if (found == m_entries.end() || found->second.tab->flow().isOver())
        return;
    AuthorizeFlow &flow = found->second.tab->flow();
    found->second.approval->tellDenied(reason);
    found->second.approval->leave(flow);
    flow.fail("access_denied", reason);
}

void AuthorizeFlows::cancelClient(const ClientId &client, const QString &reason)
{
    for (const auto &approval : m_answered) {
        if (approval->client() == client)
            approval->forgetAnswer();
    }
    QList<QByteArray> handles;
    for (const auto &[handle, entry] : m_entries) {
        if (entry.tab->flow().request().client.id == client)
            handles << handle;
    }
    for (const QByteArray &handle : handles)
        cancel(handle, reason);
}

QByteArray AuthorizeFlows::returnPage() const
{
    const auto found = m_entries.find(m_signingIn);
    if (found == m_entries.end() || found->second.tab->flow().isSpent())
        return {};
    return found->second.tab->flow().path();
}

bool AuthorizeFlows::hasRoom(const AuthorizeRequest &request)
{
    int pending = 0;
    int ofClient = 0;
    int ofPrograms = 0;
    int ofProgram = 0;
    for (const auto &[handle, entry] : m_entries) {
        const AuthorizeFlow &flow = entry.tab->flow();
        if (flow.isOver())
            continue;
        const Requester &other = flow.request().requester;
        ++pending;
        // A program that borrows the client's id takes none of the client's places.
        if (isProgram(other)) {
            ++ofPrograms;
            ofProgram += other.key() == request.requester.key() ? 1 : 0;
        } else if (flow.request().client.id == request.client.id) {
            ++ofClient;
        }
    }
    const bool fits = isProgram(request.requester)
                          ? ofPrograms < kMaxPendingOfPrograms && ofProgram < kMaxPendingPerProgram
                          : ofClient < kMaxPendingPerClient;
    return fits && pending < kMaxPending &&
           m_starts.take(startKey(request.requester), m_services.clock.monotonic()) == 0;
}

std::optional<ConsentAnswer>
AuthorizeFlows::takeLateAnswer(const AuthorizeRequest &request,
                               const QList<http::PeerProcess> &listeners)
{
    while (!m_answered.empty() && !m_answered.front()->isRecent())
        m_answered.pop_front();
    for (const auto &approval : m_answered) {
        if (auto answer = approval->takeLateAnswer(request, listeners))
            return answer;
    }
    return std::nullopt;
}

tl::expected<FlowTab *, AuthorizeRefusal>
AuthorizeFlows::refuseBlocked(const AuthorizeRequest &request)
{
    // Not invalid_client: clients answer that by registering anew, as somebody who is not blocked.
    const QString words = u"This client is blocked in Flaredeck. To let it ask again, unblock it "
                          "there under Clients."_s;
    m_services.audit.note({.kind = store::AuditKind::Blocked,
                           .client = request.client.id,
                           .outcome = u"A blocked client asked for access"_s});
    const auto tabs = std::count_if(m_entries.begin(), m_entries.end(), [&request](auto &entry) {
        return entry.second.tab->flow().request().client.id == request.client.id;
    });
    if (tabs >= kMaxPendingPerClient)
        return tl::unexpected(
            AuthorizeRefusal{"access_denied", words, request.redirectUri, request.state});
    FlowTab *const tab = addTab(request, nullptr);
    tab->flow().fail("access_denied", words);
    return tab;
}

FlowTab *AuthorizeFlows::addTab(const AuthorizeRequest &request,
                                const std::shared_ptr<Approval> &approval)
{
    auto tab = std::make_unique<FlowTab>(
        request, approval ? approval->checkPhrase() : newCheckPhrase(), m_services.clock);
    FlowTab *const added = tab.get();
    connect(&added->flow(), &AuthorizeFlow::changed, this, [this, added] {
        if (added->flow().isOver())
            forgetLater(added->flow().handle());
    });
    connect(&added->flow(), &AuthorizeFlow::spent, this,
            [this, added] { endTwins(added->flow()); });
    m_entries.emplace(added->flow().handle(), Entry{std::move(tab), approval});
    return added;
}

FlowTab *AuthorizeFlows::add(const AuthorizeRequest &request,
                             const QList<http::PeerProcess> &listeners)
{
    std::shared_ptr<Approval> approval;
    for (const auto &[handle, entry] : m_entries) {
        if (entry.approval && entry.approval->canJoin(request, listeners))
            approval = entry.approval;
    }

    FlowTab *const added = addTab(request, approval);
    AuthorizeFlow &flow = added->flow();
    if (approval) {
        approval->join(flow, listeners);
        return added;
    }
    approval = std::make_shared<Approval>(m_services, flow, listeners);
    m_entries.at(flow.handle()).approval = approval;
    connect(approval.get(), &Approval::tabSentToSignIn, this,
            [this](const AuthorizeFlow *sent) { m_signingIn = sent->handle(); });
    connect(
        approval.get(), &Approval::allowed, this,
        [this, weak = std::weak_ptr<Approval>(approval)] { m_answered.push_back(weak.lock()); });
    connect(approval.get(), &Approval::denied, this,
            [this, key = noKey(request)] { m_noes.record(key, m_services.clock.monotonic()); });
    connect(approval.get(), &Approval::blocked, this,
            [this, client = request.client.id] { emit blockWanted(client); });
    if (const auto late = takeLateAnswer(request, listeners))
        approval->startAnswered(*late);
    else
        approval->start();
    return added;
}

void AuthorizeFlows::endTwins(const AuthorizeFlow &served)
{
    for (const auto &[handle, entry] : m_entries) {
        AuthorizeFlow &other = entry.tab->flow();
        if (&other == &served || other.isOver() || !other.request().isTwinOf(served.request()))
            continue;
        if (entry.approval)
            entry.approval->leave(other);
        other.abandon(u"The client was answered elsewhere. You can close this tab."_s);
    }
}

void AuthorizeFlows::forgetLater(const QByteArray &handle)
{
    QTimer::singleShot(kKeptWhenOverMs, this, [this, handle] { m_entries.erase(handle); });
}

} // namespace flaredeck::oauth
