#include "core/oauth/approval.h"

#include "core/base/crypto.h"
#include "core/base/logging.h"
#include "core/oauth/auditpeer.h"
#include "core/oauth/checkphrase.h"
#include "core/oauth/listening.h"
#include "core/oauth/redirecturi.h"
#include "core/policy/scopes.h"

#include <QCoroFuture>

#include <algorithm>
#include <iterator>

namespace flaredeck::oauth {

using namespace Qt::Literals::StringLiterals;

namespace {

quint16 loopbackPort(const QString &redirectUri)
{
    const auto parts = redirecturi::parse(redirectUri);
    return parts && parts->kind == redirecturi::Kind::Loopback ? static_cast<quint16>(parts->port)
                                                               : 0;
}

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

Approval::Approval(ApprovalServices services, AuthorizeFlow &first)
    : m_services(services)
    , m_flows{&first}
    , m_authorize(first.request())
{
    m_request.id = crypto::randomId();
    m_request.checkPhrase = first.checkPhrase();
    m_request.expiresAt = m_services.clock.now() + kTimeoutMs;
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, &Approval::expire);
    m_deadline.start(kTimeoutMs);
}

void Approval::start()
{
    m_asking = true;
    run(shared_from_this());
}

void Approval::stop()
{
    if (m_asking && !m_over)
        m_services.prompter.withdrawConsent(m_request.id);
    m_over = true;
    m_deadline.stop();
}

bool Approval::canJoin(const AuthorizeRequest &request) const
{
    // The redirect URI counts with its port: a decision about one listener says nothing of another.
    return m_asking && !m_over && m_authorize.asksTheSameAs(request);
}

void Approval::join(AuthorizeFlow &flow)
{
    m_flows << &flow;
}

void Approval::leave(const AuthorizeFlow &flow)
{
    m_flows.removeIf([&flow](const auto &mine) { return !mine || mine == &flow; });
    if (m_flows.isEmpty())
        stop();
}

Task<> Approval::run(std::shared_ptr<Approval> self)
{
    QList<http::PeerProcess> listeners;
    const quint16 port = loopbackPort(self->m_authorize.redirectUri);
    if (port > 0)
        listeners = co_await http::findListeners(port);
    if (self->m_over)
        co_return;
    self->describe(listeners);

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
        co_return;
    }

    self->setState(AuthorizeFlow::State::Finishing);
    const auto login = co_await self->login();
    if (self->m_over)
        co_return;
    if (!login) {
        self->fail(oautherror::redirectCode(login.error()), login.error().text());
        co_return;
    }

    // Some clients open the browser before they listen; a redirect now would end at a closed port.
    for (int attempt = 0; port > 0 && attempt < kListenerAttempts; ++attempt) {
        const bool listening = co_await isListening(port);
        if (self->m_over)
            co_return;
        if (listening)
            break;
        self->setState(AuthorizeFlow::State::WaitingForClient);
    }
    self->issue(answer, *login);
}

Task<Result<UpstreamLogin>> Approval::login()
{
    const auto self = shared_from_this();
    const auto present =
        m_shownLogin.isEmpty() ? m_services.logins.current() : m_services.logins.find(m_shownLogin);
    if (present && present->usable)
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

void Approval::describeProgram(const QList<http::PeerProcess> &listeners)
{
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

void Approval::describe(const QList<http::PeerProcess> &listeners)
{
    const store::Client &client = m_authorize.client;
    m_request.client = client.id;
    m_request.clientName = client.name;
    describeProgram(listeners);
    if (!listeners.isEmpty())
        m_peer = auditPeer(listeners.first());
    if (const auto parts = redirecturi::parse(m_authorize.redirectUri))
        m_request.redirectTarget = redirecturi::describe(*parts);
    m_request.leavesComputer = redirecturi::leavesComputer(m_authorize.redirectUri);
    m_request.firstSeen = client.createdAt;
    m_request.lastUsed = client.lastUsedAt;
    m_request.earlierApprovals = m_services.clients.approvals(client.id);
    m_request.requested = m_authorize.scopes;
    m_request.offered = scopes::all();
    m_request.preselected = preselection(m_authorize.scopes);
    for (const store::Grant &grant : m_services.grants.all()) {
        if (grant.client == client.id)
            m_request.alreadyGranted.insert(grant.scopes.begin(), grant.scopes.end());
    }
    m_request.sandbox = m_services.logins.isSandbox();
    const auto login = m_services.logins.current();
    if (login && login->usable) {
        m_shownLogin = login->id;
        m_request.loginLabel = login->label;
        m_request.accounts = login->accounts;
    }
}

void Approval::sendTabTo(const QByteArray &url)
{
    // One tab goes to the sign-in, which serves all that wait.
    for (const auto &flow : m_flows) {
        if (flow && !flow->isOver()) {
            emit tabSentToSignIn(flow);
            flow->sendTabTo(url);
            return;
        }
    }
}

void Approval::setState(AuthorizeFlow::State state)
{
    for (const auto &flow : QList(m_flows)) {
        if (flow && !flow->isOver() && flow->state() != state)
            flow->setState(state);
    }
}

void Approval::issue(const ConsentAnswer &answer, const UpstreamLogin &login)
{
    const QList<AccountRef> accounts = chosenAccounts(login.accounts, answer.accountIds);
    if (accounts.isEmpty() && !answer.accountIds.isEmpty()) {
        fail("access_denied",
             u"The Cloudflare sign-in does not reach the accounts that were chosen."_s);
        return;
    }
    ScopeSet granted{scopes::kBaseline};
    std::set_intersection(answer.scopes.begin(), answer.scopes.end(), m_request.offered.begin(),
                          m_request.offered.end(), std::inserter(granted, granted.end()));
    m_services.clients.noteAuthorized(m_authorize.client.id);

    for (const auto &flow : QList(m_flows)) {
        if (!flow || flow->isOver())
            continue;
        store::Grant grant;
        grant.id.value = crypto::randomId();
        grant.client = m_authorize.client.id;
        grant.login = login.id;
        grant.scopes = granted;
        grant.accounts = accounts;
        grant.resources = m_authorize.resources;
        grant.createdAt = m_services.clock.now();
        if (answer.lifetimeSeconds > 0)
            grant.expiresAt = grant.createdAt + answer.lifetimeSeconds * 1000;
        const auto code = m_services.tokens.issueCode(grant, flow->request(), m_peer);
        if (code)
            flow->finish(*code);
        else
            flow->fail(oautherror::redirectCode(code.error()), code.error().text());
    }
    m_over = true;
    m_deadline.stop();
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
    for (const auto &flow : QList(m_flows)) {
        if (flow)
            flow->fail(code, message);
    }
}

void Approval::expire()
{
    stop();
    fail("access_denied", u"Nobody answered within ten minutes."_s);
}

} // namespace flaredeck::oauth
