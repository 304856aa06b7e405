#include "core/oauth/consent/consent.h"

#include "core/base/crypto.h"
#include "core/base/logging.h"
#include "core/base/waiting.h"
#include "core/oauth/clients/clientdocument.h"
#include "core/oauth/clients/redirecturi.h"
#include "core/oauth/grants/auditpeer.h"
#include "core/provider/offer.h"
#include "core/provider/scopes.h"

#include <QPointer>

#include <algorithm>

namespace flaredeck::oauth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int kSilentAttempts = 20; ///< a quarter of a second each, before a person is asked

/// What the person would say of this request, after what they said of that one.
ConsentAnswer answerOf(const store::RememberedApproval &before, const AuthorizeRequest &request)
{
    ConsentAnswer answer;
    answer.allowed = true;
    answer.scopes = request.scopes == before.requested ? before.scopes : request.scopes;
    answer.accountIds = before.accountIds;
    return answer;
}

/// What the tools at these addresses need. At an address of all toolsets, those that the provider
/// has given up count for nothing.
ScopeSet usualScopes(const QStringList &resources)
{
    ScopeSet usual{scopes::kBaseline};
    for (const provider::Toolset &toolset : provider::toolsets()) {
        const QString below = u'/' + toolset.name + u'/';
        const bool isNamed =
            std::any_of(resources.begin(), resources.end(),
                        [&below](const QString &path) { return path.startsWith(below); });
        const bool isAmongAll =
            std::any_of(resources.begin(), resources.end(), [](const QString &path) {
                return path == "/"_L1 || path.startsWith("/mcp"_L1) || path.startsWith("/sse"_L1);
            });
        if (isNamed || ((isAmongAll || resources.isEmpty()) && !toolset.deprecated))
            usual.insert(toolset.scopes.begin(), toolset.scopes.end());
    }
    return usual;
}

} // namespace

ScopeSet preselection(const ScopeSet &requested, const QStringList &resources)
{
    const bool isOpen = requested == ScopeSet{scopes::kBaseline};
    const ScopeSet wanted = isOpen ? usualScopes(resources) : requested;
    ScopeSet readers;
    for (const ScopeInfo &scope : scopes::catalogue()) {
        // What changes things is never ticked for anybody.
        if (!scope.write && wanted.contains(scope.name))
            readers.insert(scope.name);
    }
    // Who asked for writing alone may read there.
    for (const QString &scope : wanted) {
        const QString reading = QString(scope).replace(u":write"_s, u":read"_s);
        if (scopes::find(reading))
            readers.insert(reading);
    }
    return readers;
}

LoginId describeLogin(ConsentRequest &shown, const LoginSource &logins)
{
    shown.sandbox = logins.isSandbox();
    const auto login = logins.current();
    const bool isOpen = shown.requested == ScopeSet{scopes::kBaseline};
    if (!login || !login->usable) {
        // Whoever uses remote servers without a sign-in to the provider shall not be sent to one.
        ScopeSet remote;
        for (const QString &scope : shown.preselected) {
            if (!scopes::needSignIn({scope}))
                remote.insert(scope);
        }
        if (isOpen && !remote.empty())
            shown.preselected = remote;
        return {};
    }
    shown.loginLabel = login->label;
    shown.accounts = login->accounts;
    shown.lacking = login->lacking;
    // Whoever did not ask for a scope shall not cost the person a sign-in.
    if (isOpen)
        std::erase_if(shown.preselected,
                      [&login](const QString &scope) { return login->lacking.contains(scope); });
    return login->id;
}

std::optional<UpstreamLogin> carrying(const LoginSource &logins, const LoginId &shown,
                                      const ScopeSet &granted)
{
    const auto present = shown.isEmpty() ? logins.current() : logins.find(shown);
    const bool lacks =
        present && std::any_of(granted.begin(), granted.end(), [&present](const QString &scope) {
            return present->lacking.contains(scope);
        });
    if (present && present->usable && !lacks)
        return present;
    return scopes::needSignIn(granted) ? std::nullopt : std::optional(UpstreamLogin());
}

Consent::Consent(const FlowServices &services, Flow &first)
    : m_services(services)
    , m_request(first.request())
{
    m_shown.id = crypto::randomId();
    m_shown.checkPhrase = first.checkPhrase();
    m_shown.expiresAt = m_services.clock.now() + kPatience.count();
    join(first);
}

Consent::~Consent() = default;

bool Consent::fits(const AuthorizeRequest &request, const QList<http::PeerProcess> &listeners) const
{
    if (m_flows.isEmpty() || !m_flows.first()->isBeingAsked() ||
        !m_request.mayShareAnswerWith(request))
        return false;
    // A decision about one program says nothing of another. Where nobody listens yet, the one that
    // comes has to be the one that registered.
    const Flow &first = *m_flows.first();
    if (first.request().redirectUri == request.redirectUri)
        return listeners.isEmpty() || first.mayReceive(listeners);
    return first.listeners().isEmpty() ? listeners.isEmpty()
                                       : areSamePrograms(listeners, first.listeners());
}

void Consent::join(Flow &flow)
{
    if (flow.listeners().isEmpty() && !m_flows.isEmpty())
        flow.setListeners(m_flows.first()->listeners()); // whom the person was shown
    m_flows << &flow;
    connect(&flow, &Flow::changed, this, [this, &flow] {
        if (flow.isOver() && m_flows.removeOne(&flow) && m_flows.isEmpty())
            m_tasks.stop();
    });
}

Task<> Consent::decide(std::optional<ConsentAnswer> answer)
{
    std::optional<store::RememberedApproval> before;
    if (!answer) {
        auto recalling = recall();
        before = co_await recalling;
        if (m_tasks.isStopped())
            co_return;
    }
    describe();
    if (before) {
        answer = answerOf(*before, m_request);
        qCInfo(lcOAuth).noquote() << "a remembered approval answers for" << before->client.value;
    }
    const bool asks = !answer;
    if (asks) {
        enter(Flow::Asking{});
        auto asking = prompt::ask(m_services.prompter, m_shown, kPatience, m_tasks.token());
        answer = co_await asking;
        if (m_tasks.isStopped())
            co_return;
        if (!answer) {
            fail("access_denied", u"Nobody answered within ten minutes."_s);
            co_return;
        }
        if (!answer->allowed) {
            fail("access_denied", answer->reason.isEmpty()
                                      ? u"The request was denied in Flaredeck."_s
                                      : answer->reason);
            emit denied(answer->blocks);
            co_return;
        }
    }
    answer->remembers = answer->remembers && m_shown.canRemember;

    enter(Flow::Delivering{});
    const QList<Flow *> flows = m_flows;
    for (Flow *flow : flows) {
        if (flow->port() == 0 || !flow->listeners().isEmpty())
            continue;
        const auto now = co_await waitFor(http::findListeners(flow->port()), m_tasks.token());
        if (!now)
            co_return;
        if (flow->mayReceive(*now))
            flow->setListeners(*now);
    }
    auto signingIn = signedIn(answer->scopes);
    const auto login = co_await signingIn;
    if (m_tasks.isStopped())
        co_return;
    if (!login) {
        fail(oautherror::redirectCode(login.error()), login.error().text());
        co_return;
    }
    m_services.clients.noteAuthorized(m_request.client.id);
    if (asks)
        m_services.remembered.keepLate({id(), m_request.client.id, login->id, m_request,
                                        m_flows.first()->listeners(), *answer});
    for (Flow *flow : QList(m_flows))
        flow->deliver({id(), *answer, *login, before, m_peer});
}

Task<std::optional<store::RememberedApproval>> Consent::recall()
{
    const auto find = [this] {
        return m_services.remembered.find(m_request, m_services.logins.current());
    };
    Flow &flow = *m_flows.first();
    const auto before = find();
    // Where nothing else tells who the client is, its program does.
    const bool isUnknown = m_request.client.registeredBy.isEmpty();
    if (flow.port() > 0 && flow.listeners().isEmpty() && (before || isUnknown)) {
        enter(Flow::Asking{true});
        auto waiting = flow.awaitListener(kSilentAttempts, Flow::Asking{true}, m_tasks.token());
        const Listening found = co_await waiting;
        if (m_tasks.isStopped())
            co_return std::nullopt;
        flow.setListeners(found.programs);
    }
    m_request.requester.meet(flow.listeners());
    // Meanwhile it may have been taken back.
    if (!before || before != find() ||
        !RememberedApprovals::isFor(*before, m_request, flow.listeners()))
        co_return std::nullopt;
    co_return before;
}

void Consent::describe()
{
    describeClient();
    describePrograms();
    m_shown.redirectTarget = redirecturi::describe(m_request.redirectUri);
    if (redirecturi::needsAddress(m_request.redirectUri))
        m_shown.redirectAddress = m_request.redirectUri;
    m_shown.leavesComputer = redirecturi::leavesComputer(m_request.redirectUri);
    m_shown.requested = m_request.scopes;
    m_shown.offered = scopes::all();
    m_shown.preselected = preselection(m_request.scopes, m_request.resources);
    m_shownLogin = describeLogin(m_shown, m_services.logins);
}

void Consent::describeClient()
{
    const store::Client &client = m_request.client;
    m_shown.client = client.id;
    m_shown.clientName = client.name;
    m_shown.addedByPerson = client.kind == store::ClientKind::Person;
    if (client.kind == store::ClientKind::Document)
        m_shown.publishedAt = clientdocument::publisher(client.id.value);
    m_shown.registeredBy = client.registeredBy;
    m_shown.firstSeen = client.createdAt;
    m_shown.lastUsed = client.lastUsedAt;
    m_shown.earlierApprovals = m_services.clients.approvals(client.id);
    for (const store::Grant &grant : m_services.grants.ofClient(client.id))
        m_shown.alreadyGranted.insert(grant.scopes.begin(), grant.scopes.end());
}

/// Who asks, and who gets the answer.
void Consent::describePrograms()
{
    const Requester &asker = m_request.requester;
    m_shown.askerKind = asker.kind;
    m_shown.asker = asker.program.title();
    m_shown.askerPid = asker.program.pid;
    m_shown.askerParent = asker.program.parentName;
    m_shown.answersAsker = m_request.answersRequester();
    const QList<http::PeerProcess> &listeners = m_flows.first()->listeners();
    m_shown.canRemember = RememberedApprovals::canTell(m_request, listeners);
    if (listeners.isEmpty())
        return;
    const http::PeerProcess &first = listeners.first();
    m_peer = auditPeer(first);
    m_shown.programPid = first.pid;
    m_shown.program = first.title();
    m_shown.programRunsScripts = first.isInterpreter();
    m_shown.programArguments = first.commandLine;
    m_shown.programParent = first.parentName;
    for (const http::PeerProcess &other : listeners) {
        if (other.pid != first.pid)
            m_shown.otherListener =
                other.executable.isEmpty() ? u"a program that is not known"_s : other.title();
    }
}

/// The present sign-in where it carries what was granted, else a new one.
Task<Result<UpstreamLogin>> Consent::signedIn(ScopeSet granted)
{
    if (auto present = carrying(m_services.logins, m_shownLogin, granted))
        co_return *std::move(present);
    enter(Flow::SigningIn{});
    // The sign-in goes on without whoever has stopped to wait for it.
    auto toTab = [consent = QPointer(this)](const QByteArray &page) {
        if (consent)
            consent->sendTabTo(page);
    };
    auto signIn = m_services.logins.signIn(std::move(toTab), m_tasks.token());
    co_return co_await signIn;
}

void Consent::sendTabTo(const QByteArray &page)
{
    // One tab goes to the sign-in, which serves all that wait.
    if (m_flows.isEmpty())
        return;
    emit tabSentToSignIn(m_flows.first());
    m_flows.first()->enter(Flow::SigningIn{page});
}

void Consent::enter(const Flow::State &state)
{
    for (Flow *flow : QList(m_flows))
        flow->enter(state);
}

void Consent::noteDenied(const QString &reason) const
{
    m_services.audit.note({.kind = store::AuditKind::Denied,
                           .client = m_request.client.id,
                           .outcome = reason,
                           .peer = m_peer});
}

void Consent::fail(const QByteArray &code, const QString &message)
{
    noteDenied(message);
    for (Flow *flow : QList(m_flows))
        flow->fail(code, message);
}

} // namespace flaredeck::oauth
