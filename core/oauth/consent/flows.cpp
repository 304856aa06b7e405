#include "core/oauth/consent/flows.h"

#include "core/base/logging.h"
#include "core/oauth/consent/checkphrase.h"

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

Flows::Flows(const FlowServices &services, QObject *parent)
    : QObject(parent)
    , m_services(services)
    , m_starts(kStartsPerMinute, kMinute)
    , m_noes(kNoesPerMinute, kMinute)
{
}

tl::expected<FlowTab *, AuthorizeRefusal> Flows::open(const AuthorizeRequest &request,
                                                      const QList<http::PeerProcess> &listeners)
{
    if (request.client.isBlocked())
        return refuseBlocked(request);
    for (const auto &[handle, entry] : m_entries) {
        using End = Flow::Over::End;
        const bool hasEnded =
            entry.flow->hasEnded(End::CodeTaken) || entry.flow->hasEnded(End::Failed);
        if (!hasEnded && entry.flow->request().isReloadOf(request)) {
            entry.flow->repeatSignIn();
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
    const auto shared = std::find_if(m_entries.begin(), m_entries.end(), [&](const auto &entry) {
        return entry.second.consent && entry.second.consent->fits(request, listeners);
    });
    if (shared != m_entries.end()) {
        Entry &added = add(request, listeners, shared->second.flow->checkPhrase());
        added.consent = shared->second.consent;
        added.consent->join(*added.flow);
        return added.tab.get();
    }
    Entry &added = add(request, listeners, newCheckPhrase());
    decide(added);
    return added.tab.get();
}

FlowTab *Flows::find(const QByteArray &handle)
{
    const auto found = m_entries.find(handle);
    return found == m_entries.end() ? nullptr : found->second.tab.get();
}

void Flows::cancel(const QByteArray &handle, const QString &reason)
{
    const auto found = m_entries.find(handle);
    if (found == m_entries.end() || found->second.flow->isOver())
        return;
    found->second.consent->noteDenied(reason);
    found->second.flow->fail("access_denied", reason);
}

void Flows::cancelClient(const ClientId &client, const QString &reason)
{
    for (const auto &[handle, entry] : m_entries) {
        if (entry.flow->request().client.id == client)
            cancel(handle, reason);
    }
}

QByteArray Flows::returnPage() const
{
    const auto found = m_entries.find(m_signingIn);
    if (found == m_entries.end() || found->second.flow->hasEnded(Flow::Over::End::CodeTaken))
        return {};
    return found->second.flow->path();
}

bool Flows::hasRoom(const AuthorizeRequest &request)
{
    int pending = 0;
    int ofClient = 0;
    int ofPrograms = 0;
    int ofProgram = 0;
    for (const auto &[handle, entry] : m_entries) {
        if (entry.flow->isOver())
            continue;
        const Requester &other = entry.flow->request().requester;
        ++pending;
        // A program that borrows the client's id takes none of the client's places.
        if (isProgram(other)) {
            ++ofPrograms;
            ofProgram += other.key() == request.requester.key() ? 1 : 0;
        } else if (entry.flow->request().client.id == request.client.id) {
            ++ofClient;
        }
    }
    const bool fits = isProgram(request.requester)
                          ? ofPrograms < kMaxPendingOfPrograms && ofProgram < kMaxPendingPerProgram
                          : ofClient < kMaxPendingPerClient;
    return fits && pending < kMaxPending &&
           m_starts.take(startKey(request.requester), m_services.clock.monotonic()) == 0;
}

tl::expected<FlowTab *, AuthorizeRefusal> Flows::refuseBlocked(const AuthorizeRequest &request)
{
    // Not invalid_client: clients answer that by registering anew, as somebody who is not blocked.
    const QString words = u"This client is blocked in Flaredeck. To let it ask again, unblock it "
                          "there under Clients."_s;
    m_services.audit.note({.kind = store::AuditKind::Blocked,
                           .client = request.client.id,
                           .outcome = u"A blocked client asked for access"_s});
    const auto tabs = std::count_if(m_entries.begin(), m_entries.end(), [&request](auto &entry) {
        return entry.second.flow->request().client.id == request.client.id;
    });
    if (tabs >= kMaxPendingPerClient)
        return tl::unexpected(
            AuthorizeRefusal{"access_denied", words, request.redirectUri, request.state});
    const Entry &added = add(request, {}, newCheckPhrase());
    added.flow->fail("access_denied", words);
    return added.tab.get();
}

Flows::Entry &Flows::add(const AuthorizeRequest &request, const QList<http::PeerProcess> &listeners,
                         const QString &checkPhrase)
{
    auto flow = std::make_unique<Flow>(m_services, request, listeners, checkPhrase);
    auto tab = std::make_unique<FlowTab>(*flow, m_services.clock);
    connect(flow.get(), &Flow::changed, this, [this, changed = flow.get()] { follow(*changed); });
    const QByteArray handle = flow->handle();
    return m_entries[handle] = Entry{std::move(flow), std::move(tab), nullptr};
}

void Flows::decide(Entry &entry)
{
    const AuthorizeRequest &request = entry.flow->request();
    entry.consent = std::make_shared<Consent>(m_services, *entry.flow);
    connect(entry.consent.get(), &Consent::tabSentToSignIn, this,
            [this](const Flow *sent) { m_signingIn = sent->handle(); });
    connect(entry.consent.get(), &Consent::denied, this,
            [this, key = noKey(request), client = request.client.id](bool blocks) {
                m_noes.record(key, m_services.clock.monotonic());
                if (blocks)
                    emit blockWanted(client);
            });
    entry.consent->start(takeLateYes(*entry.flow));
}

std::optional<ConsentAnswer> Flows::takeLateYes(const Flow &flow)
{
    const auto late = m_services.remembered.findLate(flow.request(), flow.listeners(),
                                                     m_services.logins.current());
    if (!late)
        return std::nullopt;
    QList<Flow *> former;
    for (const auto &[handle, entry] : m_entries) {
        if (!entry.consent || entry.consent->id() != late->id)
            continue;
        if (!entry.flow->isOver() && !entry.flow->awaitsClient())
            return std::nullopt; // its tab is away for good reason
        former << entry.flow.get();
    }
    m_services.remembered.forgetLate(late->id);
    for (Flow *other : former)
        other->abandon(u"The client has asked again, and was answered there."_s);
    return late->answer;
}

void Flows::follow(const Flow &changed)
{
    if (!changed.isOver())
        return;
    QTimer::singleShot(kKeptWhenOverMs, this,
                       [this, handle = changed.handle()] { m_entries.erase(handle); });
    if (!changed.isServed())
        return;
    if (const auto &consent = m_entries.at(changed.handle()).consent)
        m_services.remembered.forgetLate(consent->id());
    // Nobody need be asked about the same request of others.
    for (const auto &[handle, entry] : m_entries) {
        if (entry.flow.get() != &changed && !entry.flow->isOver() &&
            entry.flow->request().isTwinOf(changed.request()))
            entry.flow->abandon(u"The client was answered elsewhere. You can close this tab."_s);
    }
}

} // namespace flaredeck::oauth
