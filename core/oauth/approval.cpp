#include "core/oauth/approval.h"

#include "core/base/crypto.h"
#include "core/base/logging.h"
#include "core/oauth/auditpeer.h"
#include "core/oauth/checkphrase.h"
#include "core/oauth/clientdocument.h"
#include "core/oauth/redirecturi.h"
#include "core/policy/scopes.h"

#include <QCoroFuture>

#include <algorithm>
#include <iterator>
#include <utility>

namespace flaredeck::oauth {

using namespace Qt::Literals::StringLiterals;

namespace {

/// A client that names no scope leaves the choice to the person, who starts from what only reads.
ScopeSet preselection(const ScopeSet &requested)
{
    if (requested != ScopeSet{scopes::kBaseline})
        return requested;
    ScopeSet readers;
    for (const ScopeInfo &scope : scopes::catalogue()) {
        if (!scope.write)
            readers.insert(scope.name);
    }
    return readers;
}

QList<AccountRef> chosenAccounts(const QList<AccountRef> &all, const QStringList &ids)
{
    if (ids.isEmpty())
        return all;
    QList<AccountRef> chosen;
    std::copy_if(all.begin(), all.end(), std::back_inserter(chosen),
                 [&ids](const AccountRef &account) { return ids.contains(account.id); });
    return chosen;
}

} // namespace

Approval::Approval(ApprovalServices services, AuthorizeFlow &first,
                   QList<http::PeerProcess> listeners)
    : m_services(services)
    , m_authorize(first.request())
{
    join(first, std::move(listeners));
    m_request.id = crypto::randomId();
    m_request.checkPhrase = first.checkPhrase();
    m_request.expiresAt = m_services.clock.now() + kTimeoutMs;
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, &Approval::expire);
    m_deadline.start(kTimeoutMs);
}

void Approval::start()
{
    if (const auto before = m_services.remembered.find(m_authorize, m_services.logins.current()))
        trySilently(shared_from_this(), *before);
    else
        ask();
}

void Approval::ask()
{
    m_asking = true;
    run(shared_from_this());
}

Task<> Approval::trySilently(std::shared_ptr<Approval> self, store::RememberedApproval before)
{
    const Waiter waiter = self->m_waiters.first();
    QList<http::PeerProcess> listeners = waiter.listeners;
    // Some clients open the browser before they listen, and nobody is asked in vain for that.
    for (int i = 0; waiter.port > 0 && listeners.isEmpty() && i < kSilentAttempts; ++i) {
        self->setState(AuthorizeFlow::State::WaitingForClient);
        const auto found = co_await lookAtListener(waiter.port);
        if (self->m_over || !waiter.flow || waiter.flow->isOver())
            co_return;
        listeners = found.programs;
        if (found.isOpen)
            break;
    }
    self->m_waiters.first().listeners = listeners;
    // Meanwhile it may have been taken back.
    const auto still =
        self->m_services.remembered.find(self->m_authorize, self->m_services.logins.current());
    if (still != before || !RememberedApprovals::isSameReceiver(before, listeners)) {
        self->setState(AuthorizeFlow::State::Consent);
        self->ask();
        co_return;
    }
    self->describe();
    self->m_before = before;
    ConsentAnswer answer;
    answer.allowed = true;
    answer.scopes =
        self->m_authorize.scopes == before.requested ? before.scopes : self->m_authorize.scopes;
    answer.accountIds = before.accountIds;
    qCInfo(lcOAuth).noquote() << "a remembered approval answers for" << before.client.value;
    carryOut(self, answer);
}

void Approval::startAnswered(const ConsentAnswer &answer)
{
    describe();
    carryOut(shared_from_this(), answer);
}

void Approval::stop()
{
    if (m_asking && !m_over)
        m_services.prompter.withdrawConsent(m_request.id);
    m_over = true;
    m_deadline.stop();
}

bool Approval::canJoin(const AuthorizeRequest &request,
                       const QList<http::PeerProcess> &listeners) const
{
    if (!m_asking || m_over || !m_authorize.asksTheSameAs(request))
        return false;
    // A decision about one program says nothing of another. Where nobody listens yet, the one that
    // comes has to be the one that registered.
    const Waiter &first = m_waiters.first();
    if (m_authorize.redirectUri == request.redirectUri)
        return listeners.isEmpty() || mayReceive(first, {true, listeners});
    return first.listeners.isEmpty() ? listeners.isEmpty()
                                     : areSamePrograms(listeners, first.listeners);
}

void Approval::join(AuthorizeFlow &flow, QList<http::PeerProcess> listeners)
{
    if (listeners.isEmpty() && !m_waiters.isEmpty())
        listeners = m_waiters.first().listeners; // whom the person was shown
    m_waiters.append(
        {&flow, redirecturi::loopbackPort(flow.request().redirectUri), std::move(listeners)});
    connect(&flow, &AuthorizeFlow::spent, this, [this] { m_yes.reset(); });
}

void Approval::leave(const AuthorizeFlow &flow)
{
    const auto isGone = [&flow](const Waiter &mine) {
        return !mine.flow || mine.flow == &flow || mine.flow->isOver();
    };
    if (std::all_of(m_waiters.begin(), m_waiters.end(), isGone))
        stop();
}

Task<> Approval::run(std::shared_ptr<Approval> self)
{
    self->describe();
    const auto asked = self->m_services.prompter.askConsent(self->m_request);
    // As a future of nothing, because one that was cancelled holds no answer to return.
    co_await QFuture<void>(asked);
    if (self->m_over)
        co_return;
    self->m_asking = false;
    const ConsentAnswer answer = asked.resultCount() > 0 ? asked.result() : ConsentAnswer{};
    if (!answer.allowed) {
        self->fail("access_denied", answer.reason.isEmpty()
                                        ? u"The request was denied in Flaredeck."_s
                                        : answer.reason);
        if (answer.blocks)
            emit self->blocked();
        co_return;
    }
    self->m_yes = answer;
    self->m_answeredAt = self->m_services.clock.monotonic();
    emit self->allowed();
    carryOut(self, answer);
}

Task<> Approval::carryOut(std::shared_ptr<Approval> self, ConsentAnswer answer)
{
    self->setState(AuthorizeFlow::State::Finishing);
    for (qsizetype i = 0; i < self->m_waiters.size(); ++i) {
        if (self->m_waiters.at(i).port == 0 || !self->m_waiters.at(i).listeners.isEmpty())
            continue;
        const auto now = co_await http::findListeners(self->m_waiters.at(i).port);
        if (self->m_over)
            co_return;
        if (self->mayReceive(self->m_waiters.at(i), {!now.isEmpty(), now}))
            self->m_waiters[i].listeners = now;
    }

    const auto login = co_await self->login(answer.scopes);
    if (self->m_over)
        co_return;
    if (!login) {
        self->m_yes.reset();
        self->fail(oautherror::redirectCode(login.error()), login.error().text());
        co_return;
    }
    self->m_services.clients.noteAuthorized(self->m_authorize.client.id);
    const QList<Waiter> waiters = self->m_waiters;
    for (const Waiter &waiter : waiters)
        deliver(self, waiter, answer, *login);
}

Task<> Approval::deliver(std::shared_ptr<Approval> self, Waiter waiter, ConsentAnswer answer,
                         UpstreamLogin login)
{
    // Some clients open the browser before they listen; a redirect now would end at a closed port.
    for (int attempt = 0; waiter.port > 0; ++attempt) {
        const auto found = co_await lookAtListener(waiter.port);
        if (self->m_over || !waiter.flow || waiter.flow->isOver())
            co_return;
        if (found.isOpen && !self->mayReceive(waiter, found)) {
            self->refuse(waiter, found);
            co_return;
        }
        if (found.isOpen)
            break;
        if (attempt == kListenerAttempts) {
            waiter.flow->fail("access_denied",
                              u"Allowed, but the client does not listen for the answer."_s,
                              AuthorizeFlow::Tell::TabOnly);
            co_return;
        }
        if (waiter.flow->state() != AuthorizeFlow::State::WaitingForClient)
            waiter.flow->setState(AuthorizeFlow::State::WaitingForClient);
    }
    if (waiter.flow && !waiter.flow->isOver())
        self->issue(waiter, answer, login);
}

bool Approval::mayReceive(const Waiter &waiter, const Listening &found) const
{
    if (!waiter.listeners.isEmpty())
        return areSamePrograms(found.programs, waiter.listeners);
    // The person was told that nobody listens yet, and who registered the client.
    const QString &registrant = m_authorize.client.registeredBy;
    return registrant.isEmpty() || std::all_of(found.programs.begin(), found.programs.end(),
                                               [&registrant](const http::PeerProcess &program) {
                                                   return program.executable == registrant;
                                               });
}

void Approval::refuse(const Waiter &waiter, const Listening &found)
{
    QString other = u"A program that cannot be identified"_s;
    for (const http::PeerProcess &program : found.programs) {
        if (!areSamePrograms({program}, waiter.listeners) && !program.executable.isEmpty())
            other = u"%1 (process %2)"_s.arg(program.executable).arg(program.pid);
    }
    const QString what =
        u"%1 took the place of the client at port %2, so nothing was sent there."_s.arg(
            other, QString::number(waiter.port));
    qCWarning(lcOAuth).noquote() << what;
    m_yes.reset();
    tellDenied(what);
    waiter.flow->fail("access_denied", what, AuthorizeFlow::Tell::TabOnly);
    m_services.prompter.warn(
        u"The answer for %1 was held back"_s.arg(
            m_request.clientName.isEmpty() ? u"a client without a name"_s : m_request.clientName),
        what + u" If you do not know that program, end it. Then start the client again."_s);
}

std::optional<ConsentAnswer> Approval::takeLateAnswer(const AuthorizeRequest &request,
                                                      const QList<http::PeerProcess> &listeners)
{
    using State = AuthorizeFlow::State;
    if (!isRecent() || !m_authorize.asksTheSameAs(request))
        return std::nullopt;
    // While somebody signs in, the tab is away for good reason.
    for (const Waiter &waiter : m_waiters) {
        if (waiter.flow && !waiter.flow->isOver() &&
            waiter.flow->state() != State::WaitingForClient)
            return std::nullopt;
    }
    // The name and id of a client can be copied; its program on this computer cannot.
    const bool isOnComputer = redirecturi::loopbackPort(request.redirectUri) > 0;
    if (isOnComputer && !areSamePrograms(listeners, m_waiters.first().listeners))
        return std::nullopt;
    const auto login = m_services.logins.current();
    if (!m_shownLogin.isEmpty() && (!login || login->id != m_shownLogin))
        return std::nullopt;
    const auto answer = std::exchange(m_yes, std::nullopt);
    stop();
    for (const Waiter &waiter : std::as_const(m_waiters)) {
        if (waiter.flow)
            waiter.flow->abandon(u"The client has asked again, and was answered there."_s);
    }
    return answer;
}

bool Approval::isRecent() const
{
    return m_yes && m_services.clock.monotonic() - m_answeredAt < kLateAnswer;
}

/// The present sign-in where it carries what was granted, else a new one.
Task<Result<UpstreamLogin>> Approval::login(ScopeSet granted)
{
    const auto self = shared_from_this();
    const auto present =
        m_shownLogin.isEmpty() ? m_services.logins.current() : m_services.logins.find(m_shownLogin);
    const bool lacks =
        present && std::any_of(granted.begin(), granted.end(), [&present](const QString &scope) {
            return present->lacking.contains(scope);
        });
    if (present && present->usable && !lacks)
        co_return *present;
    setState(AuthorizeFlow::State::SignIn);
    std::function<void(const QByteArray &)> toTab =
        [weak = std::weak_ptr<Approval>(self)](const QByteArray &url) {
            if (const auto approval = weak.lock())
                approval->sendTabTo(url);
        };
    auto signIn = m_services.logins.signIn(std::move(toTab));
    co_return co_await signIn;
}

void Approval::describeProgram()
{
    const QList<http::PeerProcess> &listeners = m_waiters.first().listeners;
    m_request.registeredBy = m_authorize.client.registeredBy;
    if (listeners.isEmpty())
        return;
    const http::PeerProcess &first = listeners.first();
    m_request.programPid = first.pid;
    m_request.program = first.executable;
    m_request.programArguments = first.commandLine;
    m_request.programParent = first.parentName;
    for (const http::PeerProcess &other : listeners) {
        if (other.pid != first.pid)
            m_request.otherListener =
                other.executable.isEmpty() ? u"a program of another user"_s : other.executable;
    }
}

void Approval::describe()
{
    const store::Client &client = m_authorize.client;
    m_request.client = client.id;
    m_request.clientName = client.name;
    m_request.addedByPerson = client.kind == store::ClientKind::Person;
    if (client.kind == store::ClientKind::Document)
        m_request.publishedAt = clientdocument::publisher(client.id.value);
    describeProgram();
    if (const auto &listeners = m_waiters.first().listeners; !listeners.isEmpty())
        m_peer = auditPeer(listeners.first());
    m_request.redirectTarget = redirecturi::describe(m_authorize.redirectUri);
    if (redirecturi::needsAddress(m_authorize.redirectUri))
        m_request.redirectAddress = m_authorize.redirectUri;
    m_request.leavesComputer = redirecturi::leavesComputer(m_authorize.redirectUri);
    m_request.firstSeen = client.createdAt;
    m_request.lastUsed = client.lastUsedAt;
    m_request.earlierApprovals = m_services.clients.approvals(client.id);
    m_request.requested = m_authorize.scopes;
    m_request.offered = scopes::all();
    m_request.preselected = preselection(m_authorize.scopes);
    for (const store::Grant &grant : m_services.grants.ofClient(client.id))
        m_request.alreadyGranted.insert(grant.scopes.begin(), grant.scopes.end());
    m_request.canRemember = RememberedApprovals::canTell(m_authorize, m_waiters.first().listeners);
    m_request.sandbox = m_services.logins.isSandbox();
    const auto login = m_services.logins.current();
    if (login && login->usable) {
        m_shownLogin = login->id;
        m_request.lacking = login->lacking;
        // Whoever did not ask for a scope shall not cost the person a sign-in.
        if (m_authorize.scopes == ScopeSet{scopes::kBaseline})
            std::erase_if(m_request.preselected, [&login](const QString &scope) {
                return login->lacking.contains(scope);
            });
        m_request.loginLabel = login->label;
        m_request.accounts = login->accounts;
    }
}

void Approval::sendTabTo(const QByteArray &url)
{
    // One tab goes to the sign-in, which serves all that wait.
    for (const Waiter &waiter : std::as_const(m_waiters)) {
        if (waiter.flow && !waiter.flow->isOver()) {
            emit tabSentToSignIn(waiter.flow);
            waiter.flow->sendTabTo(url);
            return;
        }
    }
}

void Approval::setState(AuthorizeFlow::State state)
{
    for (const Waiter &waiter : QList(m_waiters)) {
        if (waiter.flow && !waiter.flow->isOver() && waiter.flow->state() != state)
            waiter.flow->setState(state);
    }
}

void Approval::issue(const Waiter &waiter, const ConsentAnswer &answer, const UpstreamLogin &login)
{
    AuthorizeFlow &flow = *waiter.flow;
    const QList<AccountRef> accounts = chosenAccounts(login.accounts, answer.accountIds);
    if (accounts.isEmpty() && !answer.accountIds.isEmpty()) {
        flow.fail("access_denied",
                  u"The Cloudflare sign-in does not reach the accounts that were chosen."_s);
        return;
    }
    store::Grant grant;
    grant.id.value = crypto::randomId();
    grant.client = m_authorize.client.id;
    grant.login = login.id;
    grant.scopes = {scopes::kBaseline};
    std::set_intersection(answer.scopes.begin(), answer.scopes.end(), m_request.offered.begin(),
                          m_request.offered.end(), std::inserter(grant.scopes, grant.scopes.end()));
    grant.accounts = accounts;
    grant.resources = m_authorize.resources;
    grant.createdAt = m_services.clock.now();
    if (answer.lifetimeSeconds > 0)
        grant.expiresAt = grant.createdAt + answer.lifetimeSeconds * 1000;
    if (m_before) {
        grant.silent = true;
        grant.expiresAt = m_before->expiresAt;
    }
    const auto code = m_services.tokens.issueCode(grant, flow.request(), m_peer);
    if (!code) {
        flow.fail(oautherror::redirectCode(code.error()), code.error().text());
        return;
    }
    if (answer.remembers && m_request.canRemember) {
        const auto kept = m_services.remembered.remember(grant, flow.request(), waiter.listeners);
        if (!kept)
            qCWarning(lcOAuth).noquote() << "an approval is not remembered:" << kept.error().text();
    }
    flow.finish(*code);
}

void Approval::tellDenied(const QString &reason) const
{
    m_services.vault.note({.kind = store::AuditKind::Denied,
                           .client = m_authorize.client.id,
                           .outcome = reason,
                           .peer = m_peer});
}

void Approval::fail(const QByteArray &code, const QString &message)
{
    tellDenied(message);
    m_over = true;
    m_deadline.stop();
    for (const Waiter &waiter : QList(m_waiters)) {
        if (waiter.flow)
            waiter.flow->fail(code, message);
    }
}

void Approval::expire()
{
    stop();
    fail("access_denied", u"Nobody answered within ten minutes."_s);
}

} // namespace flaredeck::oauth
