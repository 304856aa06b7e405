#include "core/oauth/consent/rememberedapprovals.h"

#include "core/base/crypto.h"
#include "core/base/logging.h"
#include "core/oauth/clients/programproof.h"
#include "core/oauth/clients/redirecturi.h"
#include "core/oauth/consent/listening.h"

#include <algorithm>
#include <utility>

namespace flaredeck::oauth {

using namespace Qt::Literals::StringLiterals;

namespace {

bool isAbout(const store::RememberedApproval &approval, const AuthorizeRequest &request,
             const LoginId &login)
{
    return approval.client == request.client.id && approval.login == login &&
           approval.resources == request.resources &&
           approval.redirect == redirecturi::withoutPort(request.redirectUri);
}

/// Empty when one of the two cannot be told again.
QByteArray proofFor(const AuthorizeRequest &request, const QList<http::PeerProcess> &listeners)
{
    const QByteArray receiver = programProof(listeners);
    const QByteArray asker = request.requester.proof();
    if (receiver.isEmpty() || asker.isEmpty() || request.answersRequester())
        return {};
    return crypto::sha256(receiver + asker);
}

} // namespace

RememberedApprovals::RememberedApprovals(store::Vault &vault, ClientRegistry &clients,
                                         const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_vault(vault)
    , m_clock(clock)
    , m_approvals(vault.approvals.all())
{
    connect(&clients, &ClientRegistry::expired, this, &RememberedApprovals::dropClient);
}

bool RememberedApprovals::canTell(const AuthorizeRequest &request,
                                  const QList<http::PeerProcess> &listeners)
{
    return !proofFor(request, listeners).isEmpty();
}

std::optional<store::RememberedApproval>
RememberedApprovals::find(const AuthorizeRequest &request,
                          const std::optional<UpstreamLogin> &login) const
{
    if (!login || !login->usable)
        return std::nullopt;
    const auto found = std::find_if(m_approvals.begin(), m_approvals.end(), [&](const auto &one) {
        return isAbout(one, request, login->id);
    });
    if (found == m_approvals.end() || (found->expiresAt > 0 && found->expiresAt <= m_clock.now()) ||
        !std::includes(found->scopes.begin(), found->scopes.end(), request.scopes.begin(),
                       request.scopes.end()))
        return std::nullopt;
    // An account that is gone was part of what the person agreed to.
    const bool hasAccounts = std::all_of(
        found->accountIds.begin(), found->accountIds.end(), [&login](const QString &id) {
            return std::any_of(login->accounts.begin(), login->accounts.end(),
                               [&id](const AccountRef &account) { return account.id == id; });
        });
    return hasAccounts ? std::optional(*found) : std::nullopt;
}

bool RememberedApprovals::isFor(const store::RememberedApproval &approval,
                                const AuthorizeRequest &request,
                                const QList<http::PeerProcess> &listeners)
{
    const QByteArray proof = proofFor(request, listeners);
    return !proof.isEmpty() && proof == approval.proof;
}

Result<> RememberedApprovals::remember(const store::Grant &grant, const AuthorizeRequest &request,
                                       const QList<http::PeerProcess> &listeners)
{
    store::RememberedApproval approval;
    approval.id = crypto::randomId();
    approval.client = grant.client;
    approval.redirect = redirecturi::withoutPort(request.redirectUri);
    approval.resources = request.resources;
    approval.login = grant.login;
    approval.requested = request.scopes;
    approval.scopes = grant.scopes;
    for (const AccountRef &account : grant.accounts)
        approval.accountIds << account.id;
    approval.proof = proofFor(request, listeners);
    if (approval.proof.isEmpty())
        return fail(Error::Kind::InvalidInput, u"The program cannot be told again."_s);
    approval.program = listeners.first().title();
    approval.createdAt = m_clock.now();
    approval.expiresAt = grant.expiresAt;
    if (const auto saved = m_vault.approvals.save(approval); !saved)
        return saved;
    m_approvals.removeIf([&](const store::RememberedApproval &other) {
        return isAbout(other, request, grant.login);
    });
    m_approvals << approval;
    emit changed();
    return {};
}

QList<store::RememberedApproval> RememberedApprovals::all() const
{
    QList<store::RememberedApproval> current = m_approvals;
    current.removeIf([now = m_clock.now()](const store::RememberedApproval &one) {
        return one.expiresAt > 0 && one.expiresAt <= now;
    });
    return current;
}

template <typename Which>
Result<> RememberedApprovals::forgetWhere(Which which, const QString &reason)
{
    Result<> all;
    m_late.removeIf(which);
    const QList<store::RememberedApproval> before = m_approvals;
    m_approvals.removeIf(which);
    for (const store::RememberedApproval &approval : before) {
        if (!which(approval))
            continue;
        auto removed = m_vault.outbox.write(
            u"approval "_s + approval.id,
            u"An approval that has ended could not be saved: a restart would bring it back."_s,
            [&vault = m_vault, id = approval.id, reason] {
                return vault.approvals.remove(id, reason);
            });
        if (!removed)
            all = std::move(removed);
    }
    if (m_approvals.size() != before.size())
        emit changed();
    return all;
}

Result<> RememberedApprovals::forget(const QString &id)
{
    return forgetWhere([&id](const auto &one) { return one.id == id; }, u"Taken back by you"_s);
}

Result<> RememberedApprovals::forgetClient(const ClientId &client, const QString &reason)
{
    return forgetWhere([&client](const auto &one) { return one.client == client; }, reason);
}

Result<> RememberedApprovals::forgetLogin(const LoginId &login, const QString &reason)
{
    return forgetWhere([&login](const auto &one) { return one.login == login; }, reason);
}

Result<> RememberedApprovals::forgetAll(const QString &reason)
{
    return forgetWhere([](const auto &) { return true; }, reason);
}

void RememberedApprovals::dropClient(const ClientId &client)
{
    const auto isOfClient = [&client](const auto &one) { return one.client == client; };
    m_late.removeIf(isOfClient);
    m_approvals.removeIf(isOfClient);
}

void RememberedApprovals::keepLate(LateYes yes)
{
    m_late.removeIf([now = m_clock.monotonic()](const LateYes &old) { return old.until <= now; });
    yes.until = m_clock.monotonic() + kLate;
    m_late << std::move(yes);
}

std::optional<LateYes>
RememberedApprovals::findLate(const AuthorizeRequest &request,
                              const QList<http::PeerProcess> &listeners,
                              const std::optional<UpstreamLogin> &login) const
{
    // The name and id of a client can be copied; its program on this computer cannot.
    const bool isOnComputer = redirecturi::loopbackPort(request.redirectUri) > 0;
    const auto found = std::find_if(m_late.begin(), m_late.end(), [&](const LateYes &yes) {
        return yes.until > m_clock.monotonic() && yes.request.mayShareAnswerWith(request) &&
               (!isOnComputer || areSamePrograms(listeners, yes.listeners)) && login &&
               login->id == yes.login;
    });
    return found == m_late.end() ? std::nullopt : std::optional(*found);
}

void RememberedApprovals::forgetLate(const QString &id)
{
    m_late.removeIf([&id](const LateYes &yes) { return yes.id == id; });
}

} // namespace flaredeck::oauth
