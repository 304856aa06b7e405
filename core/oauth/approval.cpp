#include "core/oauth/approval.h"

#include "core/base/crypto.h"
#include "core/base/logging.h"
#include "core/base/waiting.h"
#include "core/oauth/auditpeer.h"
#include "core/oauth/consentdetails.h"
#include "core/oauth/redirecturi.h"
#include "core/provider/scopes.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace flaredeck::oauth {

using namespace Qt::Literals::StringLiterals;

namespace {

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
    const Waiter &first = m_waiters.first();
    if (const auto before = m_services.remembered.find(m_authorize, m_services.logins.current()))
        m_tasks.run(trySilently(*before));
    else if (first.port > 0 && first.listeners.isEmpty() &&
             m_authorize.client.registeredBy.isEmpty())
        m_tasks.run(askOfListener());
    else
        ask();
}

void Approval::ask()
{
    m_asking = true;
    m_tasks.run(run());
}

Task<bool> Approval::awaitListener()
{
    const Waiter waiter = m_waiters.first();
    QList<http::PeerProcess> listeners = waiter.listeners;
    // Some clients open the browser before they listen.
    for (int i = 0; waiter.port > 0 && listeners.isEmpty() && i < kSilentAttempts; ++i) {
        setState(AuthorizeFlow::State::WaitingForClient);
        const auto found = co_await lookAtListener(waiter.port, m_tasks.token());
        if (m_tasks.isStopped() || !waiter.flow || waiter.flow->isOver())
            co_return false;
        listeners = found.programs;
        if (found.isOpen)
            break;
    }
    m_waiters.first().listeners = listeners;
    m_authorize.requester.meet(listeners);
    co_return true;
}

Task<> Approval::askOfListener()
{
    const bool goesOn = co_await awaitListener();
    if (!goesOn)
        co_return;
    setState(AuthorizeFlow::State::Consent);
    ask();
}

Task<> Approval::trySilently(store::RememberedApproval before)
{
    const bool goesOn = co_await awaitListener();
    if (!goesOn)
        co_return;
    // Meanwhile it may have been taken back.
    const auto still = m_services.remembered.find(m_authorize, m_services.logins.current());
    const QList<http::PeerProcess> listeners = m_waiters.first().listeners;
    if (still != before || !RememberedApprovals::isFor(before, m_authorize, listeners)) {
        setState(AuthorizeFlow::State::Consent);
        ask();
        co_return;
    }
    describe();
    m_before = before;
    ConsentAnswer answer;
    answer.allowed = true;
    answer.scopes = m_authorize.scopes == before.requested ? before.scopes : m_authorize.scopes;
    answer.accountIds = before.accountIds;
    qCInfo(lcOAuth).noquote() << "a remembered approval answers for" << before.client.value;
    m_tasks.run(carryOut(answer));
}

void Approval::startAnswered(const ConsentAnswer &answer)
{
    describe();
    m_tasks.run(carryOut(answer));
}

void Approval::stop()
{
    if (m_asking && !m_tasks.isStopped())
        m_services.prompter.withdrawConsent(m_request.id);
    m_deadline.stop();
    m_tasks.stop();
}

bool Approval::canJoin(const AuthorizeRequest &request,
                       const QList<http::PeerProcess> &listeners) const
{
    if (!m_asking || m_tasks.isStopped() || !m_authorize.mayShareAnswerWith(request))
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

Task<> Approval::run()
{
    describe();
    const auto asked = co_await waitFor(m_services.prompter.askConsent(m_request), m_tasks.token());
    if (m_tasks.isStopped())
        co_return;
    m_asking = false;
    const ConsentAnswer answer = asked.value_or(ConsentAnswer{});
    if (!answer.allowed) {
        fail("access_denied",
             answer.reason.isEmpty() ? u"The request was denied in Flaredeck."_s : answer.reason);
        emit denied();
        if (answer.blocks)
            emit blocked();
        co_return;
    }
    m_yes = answer;
    m_answeredAt = m_services.clock.monotonic();
    emit allowed();
    m_tasks.run(carryOut(answer));
}

Task<> Approval::carryOut(ConsentAnswer answer)
{
    setState(AuthorizeFlow::State::Finishing);
    for (qsizetype i = 0; i < m_waiters.size(); ++i) {
        if (m_waiters.at(i).port == 0 || !m_waiters.at(i).listeners.isEmpty())
            continue;
        const auto now =
            co_await waitFor(http::findListeners(m_waiters.at(i).port), m_tasks.token());
        if (!now)
            co_return;
        if (mayReceive(m_waiters.at(i), {!now->isEmpty(), *now}))
            m_waiters[i].listeners = *now;
    }

    const auto signedIn = co_await login(answer.scopes);
    if (m_tasks.isStopped())
        co_return;
    if (!signedIn) {
        m_yes.reset();
        fail(oautherror::redirectCode(signedIn.error()), signedIn.error().text());
        co_return;
    }
    m_services.clients.noteAuthorized(m_authorize.client.id);
    const QList<Waiter> waiters = m_waiters;
    for (const Waiter &waiter : waiters)
        m_tasks.run(deliver(waiter, answer, *signedIn));
}

Task<> Approval::deliver(Waiter waiter, ConsentAnswer answer, UpstreamLogin login)
{
    // Some clients open the browser before they listen; a redirect now would end at a closed port.
    Listening found;
    for (int attempt = 0; waiter.port > 0; ++attempt) {
        found = co_await lookAtListener(waiter.port, m_tasks.token());
        if (m_tasks.isStopped() || !waiter.flow || waiter.flow->isOver())
            co_return;
        if (found.isOpen && !mayReceive(waiter, found)) {
            refuse(waiter, found);
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
    if (!waiter.flow || waiter.flow->isOver())
        co_return;
    const QByteArray code = issue(waiter, answer, login);
    if (code.isEmpty())
        co_return;
    const AuthorizeRequest &request = waiter.flow->request();
    if (request.answersRequester() || request.requester.isOneOf(found.programs))
        waiter.flow->finish(code);
    else
        m_tasks.run(sendCode(waiter.flow, code));
}

Task<> Approval::sendCode(QPointer<AuthorizeFlow> flow, QByteArray code)
{
    flow->setState(AuthorizeFlow::State::Finishing);
    auto sending =
        sendToListener(m_services.http, codeRedirect(flow->request(), code), m_tasks.token());
    const auto sent = co_await std::move(sending);
    if (m_tasks.isStopped() || !flow || flow->isOver())
        co_return;
    // What it answers is a page for a browser; that it does not answer in time does not matter.
    if (!sent && sent.error().kind == Error::Kind::Offline)
        flow->fail("access_denied", u"Allowed, but the client did not take the answer."_s,
                   AuthorizeFlow::Tell::TabOnly);
    else if (sent && sent->status >= 400)
        flow->delivered(
            u"Allowed, but the client reports an error (HTTP %1). Look there, and start "
            "the sign-in again."_s.arg(sent->status));
    else
        flow->delivered();
}

bool Approval::mayReceive(const Waiter &waiter, const Listening &found) const
{
    if (!waiter.listeners.isEmpty())
        return areSamePrograms(found.programs, waiter.listeners);
    if (found.programs.isEmpty())
        return true; // the system never tells
    // The person was told that nobody listens yet, and who registered the client.
    const QString &registrant = m_authorize.client.registeredBy;
    return !registrant.isEmpty() && std::all_of(found.programs.begin(), found.programs.end(),
                                                [&registrant](const http::PeerProcess &program) {
                                                    return program.title() == registrant;
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
    if (!isRecent() || !m_authorize.mayShareAnswerWith(request))
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
    const auto present =
        m_shownLogin.isEmpty() ? m_services.logins.current() : m_services.logins.find(m_shownLogin);
    const bool lacks =
        present && std::any_of(granted.begin(), granted.end(), [&present](const QString &scope) {
            return present->lacking.contains(scope);
        });
    if (present && present->usable && !lacks)
        co_return *present;
    setState(AuthorizeFlow::State::SignIn);
    std::function<void(const QByteArray &)> toTab = [approval = QPointer(this)](auto &url) {
        if (approval)
            approval->sendTabTo(url);
    };
    auto signIn = m_services.logins.signIn(std::move(toTab), m_tasks.token());
    co_return co_await signIn;
}

void Approval::describe()
{
    const QList<http::PeerProcess> &listeners = m_waiters.first().listeners;
    const auto login = m_services.logins.current();
    describeConsent(m_request, m_authorize, listeners);
    m_request.earlierApprovals = m_services.clients.approvals(m_authorize.client.id);
    for (const store::Grant &grant : m_services.grants.ofClient(m_authorize.client.id))
        m_request.alreadyGranted.insert(grant.scopes.begin(), grant.scopes.end());
    m_request.sandbox = m_services.logins.isSandbox();
    if (!listeners.isEmpty())
        m_peer = auditPeer(listeners.first());
    if (login && login->usable) {
        m_shownLogin = login->id;
        describeLogin(m_request, *login);
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

QByteArray Approval::issue(const Waiter &waiter, const ConsentAnswer &answer,
                           const UpstreamLogin &login)
{
    AuthorizeFlow &flow = *waiter.flow;
    const QList<AccountRef> accounts = chosenAccounts(login.accounts, answer.accountIds);
    if (accounts.isEmpty() && !answer.accountIds.isEmpty()) {
        flow.fail("access_denied",
                  u"The Cloudflare sign-in does not reach the accounts that were chosen."_s);
        return {};
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
        return {};
    }
    if (answer.remembers && m_request.canRemember) {
        const auto kept = m_services.remembered.remember(grant, flow.request(), waiter.listeners);
        if (!kept)
            qCWarning(lcOAuth).noquote() << "an approval is not remembered:" << kept.error().text();
    }
    return *code;
}

void Approval::tellDenied(const QString &reason) const
{
    m_services.audit.note({.kind = store::AuditKind::Denied,
                           .client = m_authorize.client.id,
                           .outcome = reason,
                           .peer = m_peer});
}

void Approval::fail(const QByteArray &code, const QString &message)
{
    tellDenied(message);
    m_deadline.stop();
    m_tasks.stop();
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
