#include "core/oauth/consent/flow.h"

#include "core/base/crypto.h"
#include "core/base/logging.h"
#include "core/oauth/clients/redirecturi.h"
#include "core/provider/scopes.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace flaredeck::oauth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int kListenerAttempts = 240; ///< a quarter of a second each

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

Flow::Flow(const FlowServices &services, AuthorizeRequest request,
           QList<http::PeerProcess> listeners, QString checkPhrase)
    : m_services(services)
    , m_request(std::move(request))
    , m_port(redirecturi::loopbackPort(m_request.redirectUri))
    , m_handle(crypto::randomToken())
    , m_checkPhrase(std::move(checkPhrase))
    , m_listeners(std::move(listeners))
{
}

Flow::~Flow() = default;

QByteArray Flow::stateName() const
{
    if (const auto *asking = std::get_if<Asking>(&m_state))
        return asking->awaitsClient ? "waiting_for_client" : "consent";
    if (std::holds_alternative<SigningIn>(m_state))
        return "sign_in";
    if (const auto *delivering = std::get_if<Delivering>(&m_state))
        return delivering->awaitsClient ? "waiting_for_client" : "finishing";
    if (hasEnded(Over::End::Failed))
        return "failed";
    return hasEnded(Over::End::Delivered) ? "delivered" : "done";
}

QString Flow::message() const
{
    const auto *over = std::get_if<Over>(&m_state);
    return over ? over->message : QString();
}

bool Flow::hasEnded(Over::End how) const
{
    const auto *over = std::get_if<Over>(&m_state);
    return over && over->end == how;
}

bool Flow::isServed() const
{
    return hasEnded(Over::End::CodeTaken) || hasEnded(Over::End::Delivered);
}

bool Flow::mayFollow(const State &next) const
{
    if (isOver()) // a code that waits is taken, or goes to nobody
        return hasEnded(Over::End::CodeWaits) && std::holds_alternative<Over>(next);
    return std::holds_alternative<Asking>(m_state) || !std::holds_alternative<Asking>(next);
}

void Flow::enter(State next)
{
    if (m_state == next || !mayFollow(next))
        return;
    m_state = std::move(next);
    if (isOver())
        m_tasks.stop();
    emit changed();
}

void Flow::fail(const QByteArray &code, const QString &message, Tell tell)
{
    if (isOver())
        return;
    const QByteArray redirect =
        tell == Tell::Client
            ? errorRedirect({code, message, m_request.redirectUri, m_request.state},
                            m_request.issuer)
            : QByteArray();
    enter(Over{Over::End::Failed, redirect, message});
}

QByteArray Flow::next() const
{
    if (const auto *over = std::get_if<Over>(&m_state))
        return over->redirect;
    const auto *signIn = std::get_if<SigningIn>(&m_state);
    return signIn && !signIn->isShown ? signIn->page : QByteArray();
}

void Flow::nextTaken()
{
    if (hasEnded(Over::End::CodeWaits))
        enter(Over{Over::End::CodeTaken, {}, {}});
    else if (auto *signIn = std::get_if<SigningIn>(&m_state))
        signIn->isShown = true;
}

void Flow::returnedFromSignIn()
{
    const auto *signIn = std::get_if<SigningIn>(&m_state);
    if (signIn && signIn->isShown)
        enter(Delivering{});
}

void Flow::repeatSignIn()
{
    if (auto *signIn = std::get_if<SigningIn>(&m_state))
        signIn->isShown = false;
}

bool Flow::mayReceive(const QList<http::PeerProcess> &programs) const
{
    if (!m_listeners.isEmpty())
        return areSamePrograms(programs, m_listeners);
    if (programs.isEmpty())
        return true; // the system never tells
    // The person was told that nobody listens yet, and who registered the client.
    const QString &registrant = m_request.client.registeredBy;
    return !registrant.isEmpty() && std::all_of(programs.begin(), programs.end(),
                                                [&registrant](const http::PeerProcess &program) {
                                                    return program.title() == registrant;
                                                });
}

Task<Listening> Flow::awaitListener(int attempts, State meanwhile, std::stop_token stop)
{
    Listening found;
    while (m_port > 0 && !found.isOpen && attempts-- > 0) {
        found = co_await lookAtListener(m_port, stop);
        if (stop.stop_requested())
            break;
        if (!found.isOpen)
            enter(meanwhile);
    }
    co_return found;
}

Task<> Flow::handOut(Approval approval)
{
    // Some clients open the browser before they listen; a redirect now would end at a closed port.
    auto waiting = awaitListener(kListenerAttempts, Delivering{true}, m_tasks.token());
    const Listening found = co_await waiting;
    if (m_tasks.isStopped())
        co_return;
    if (m_port > 0 && !found.isOpen) {
        fail("access_denied", u"Allowed, but the client does not listen for the answer."_s,
             Tell::TabOnly);
        co_return;
    }
    if (m_port > 0 && !mayReceive(found.programs)) {
        refuse(approval, found.programs);
        co_return;
    }
    const auto code = issue(approval);
    if (!code) {
        fail(oautherror::redirectCode(code.error()), code.error().text());
        co_return;
    }
    const QByteArray address = codeRedirect(m_request, *code);
    if (m_request.answersRequester() || m_request.requester.isOneOf(found.programs)) {
        enter(Over{Over::End::CodeWaits, address, {}});
        co_return;
    }
    enter(Delivering{});
    auto sending = sendToListener(m_services.http, address, m_tasks.token());
    const auto sent = co_await sending;
    if (m_tasks.isStopped())
        co_return;
    // What it answers is a page for a browser; that it does not answer in time does not matter.
    if (!sent && sent.error().kind == Error::Kind::Offline)
        fail("access_denied", u"Allowed, but the client did not take the answer."_s, Tell::TabOnly);
    else if (sent && sent->status >= 400)
        enter(Over{Over::End::Delivered,
                   {},
                   u"Allowed, but the client reports an error (HTTP %1). Look there, and start "
                   "the sign-in again."_s.arg(sent->status)});
    else
        enter(Over{Over::End::Delivered, {}, {}});
}

void Flow::refuse(const Approval &approval, const QList<http::PeerProcess> &programs)
{
    QString other = u"A program that cannot be identified"_s;
    for (const http::PeerProcess &program : programs) {
        if (!areSamePrograms({program}, m_listeners) && !program.executable.isEmpty())
            other = u"%1 (process %2)"_s.arg(program.executable).arg(program.pid);
    }
    const QString what =
        u"%1 took the place of the client at port %2, so nothing was sent there."_s.arg(
            other, QString::number(m_port));
    qCWarning(lcOAuth).noquote() << what;
    m_services.remembered.forgetLate(approval.consent);
    m_services.audit.note({.kind = store::AuditKind::Denied,
                           .client = m_request.client.id,
                           .outcome = what,
                           .peer = approval.peer});
    fail("access_denied", what, Tell::TabOnly);
    const QString &name = m_request.client.name;
    m_services.prompter.warn(
        u"The answer for %1 was held back"_s.arg(name.isEmpty() ? u"a client without a name"_s
                                                                : name),
        what + u" If you do not know that program, end it. Then start the client again."_s);
}

Result<store::Grant> newGrant(const store::Client &client, const QStringList &resources,
                              const ConsentAnswer &answer, const UpstreamLogin &login, Millis now)
{
    const QList<AccountRef> accounts = chosenAccounts(login.accounts, answer.accountIds);
    if (accounts.isEmpty() && !answer.accountIds.isEmpty())
        return ::flaredeck::fail(
            Error::Kind::Denied,
            u"The Cloudflare sign-in does not reach the accounts that were chosen."_s);
    const ScopeSet offered = scopes::all();
    store::Grant grant;
    grant.id.value = crypto::randomId();
    grant.client = client.id;
    grant.login = login.id;
    grant.scopes = {scopes::kBaseline};
    std::set_intersection(answer.scopes.begin(), answer.scopes.end(), offered.begin(),
                          offered.end(), std::inserter(grant.scopes, grant.scopes.end()));
    grant.accounts = accounts;
    grant.resources = resources;
    grant.createdAt = now;
    if (answer.lifetimeSeconds > 0)
        grant.expiresAt = grant.createdAt + answer.lifetimeSeconds * 1000;
    return grant;
}

Result<QByteArray> Flow::issue(const Approval &approval)
{
    auto made = newGrant(m_request.client, m_request.resources, approval.answer, approval.login,
                         m_services.clock.now());
    if (!made)
        return ::flaredeck::fail(made.error());
    store::Grant &grant = *made;
    if (approval.before) {
        grant.silent = true;
        grant.expiresAt = approval.before->expiresAt;
    }
    auto code = m_services.tokens.issueCode(grant, m_request, approval.peer);
    if (code && approval.answer.remembers) {
        const auto kept = m_services.remembered.remember(grant, m_request, m_listeners);
        if (!kept)
            qCWarning(lcOAuth).noquote() << "an approval is not remembered:" << kept.error().text();
    }
    return code;
}

} // namespace flaredeck::oauth
