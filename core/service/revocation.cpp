#include "core/service/revocation.h"

#include <QElapsedTimer>
#include <QSet>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace flaredeck::service {

namespace {

QSet<GrantId> idsOf(const QList<store::Grant> &grants)
{
    QSet<GrantId> ids;
    for (const store::Grant &grant : grants)
        ids.insert(grant.id);
    return ids;
}

Result<> revokeEach(oauth::AuthorizationServer &authorization, const QList<store::Grant> &grants,
                    const QString &reason)
{
    Result<> all;
    for (const store::Grant &grant : grants) {
        if (auto one = authorization.revoke(grant.id, reason); !one)
            all = std::move(one);
    }
    return all;
}

} // namespace

Revocation::Revocation(oauth::AuthorizationServer &authorization, mcp::McpService &mcp,
                       store::LoginStore &logins, provider::SignIns &signIns, bool sandbox,
                       const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_authorization(authorization)
    , m_mcp(mcp)
    , m_logins(logins)
    , m_signIns(signIns)
    , m_sandbox(sandbox)
    , m_clock(clock)
{
}

Result<> Revocation::revoke(const RevokeOrder &order)
{
    QList<store::Grant> taken = m_authorization.liveGrants();
    if (!order.all) {
        taken.removeIf(
            [&order](const store::Grant &grant) { return !order.grants.contains(grant.id); });
        if (taken.isEmpty())
            return fail(Error::Kind::NotFound, u"This access has ended before."_s);
    }
    const auto done = take(taken, [&]() -> Result<> {
        if (order.all)
            return m_authorization.revokeAll(u"all grants were revoked in the window"_s);
        return revokeEach(m_authorization, taken, u"revoked in the window"_s);
    });
    const QList<LoginId> logins =
        order.signOut ? withoutGrants(taken, order.all) : QList<LoginId>();
    if (order.changeKey)
        m_receipt.keyChange = Receipt::Progress::Running;
    m_tasks.run(finish(m_receipt.number, logins, order.changeKey));
    return done;
}

Result<> Revocation::forgetClient(const ClientId &client)
{
    return takeFrom(client, [&] { return m_authorization.forgetClient(client); });
}

Result<> Revocation::blockClient(const ClientId &client)
{
    return takeFrom(client, [&] { return m_authorization.blockClient(client); });
}

Result<> Revocation::takeFrom(const ClientId &client, const std::function<Result<>()> &work)
{
    QList<store::Grant> grants = m_authorization.liveGrants();
    grants.removeIf([&client](const store::Grant &grant) { return grant.client != client; });
    return grants.isEmpty() ? work() : take(grants, work);
}

Task<Result<>> Revocation::signOut(LoginId login, std::stop_token stop)
{
    QList<store::Grant> taken = m_authorization.liveGrants();
    taken.removeIf([&login](const store::Grant &grant) { return grant.login != login; });
    // What was lent out ends first: it must not depend on the provider's answer.
    const Result<> ended = take(
        taken, [&] { return revokeEach(m_authorization, taken, u"signed out of Cloudflare"_s); });
    const Result<> signedOut = co_await endLogin(m_receipt.number, login, std::move(stop));
    co_return signedOut ? ended : signedOut;
}

Result<> Revocation::take(const QList<store::Grant> &grants, const std::function<Result<>()> &work)
{
    QElapsedTimer took;
    took.start();
    Receipt receipt;
    receipt.number = m_receipt.number + 1;
    receipt.grants = static_cast<int>(grants.size());
    for (const store::Grant &grant : grants) {
        const CallerPtr caller = m_authorization.caller(grant.id);
        const QString name = caller ? caller->clientName : QString();
        if (!receipt.clients.contains(name))
            receipt.clients << name;
    }
    const QSet<GrantId> ids = idsOf(grants);
    for (const mcp::SessionInfo &session : m_mcp.sessions()) {
        if (!ids.contains(session.grant))
            continue;
        receipt.streams += session.openStreams;
        receipt.calls += session.runningCalls;
    }

    const Result<> done = work();
    receipt.tookUs = took.nsecsElapsed() / 1000;
    receipt.at = m_clock.now();
    if (!done)
        receipt.problem = done.error().text();
    m_receipt = std::move(receipt);
    emit changed();
    return done;
}

QList<LoginId> Revocation::withoutGrants(const QList<store::Grant> &before, bool all) const
{
    const QList<store::Grant> left = m_authorization.liveGrants();
    const auto hasOneOf = [](const QList<store::Grant> &grants, const store::Login &login) {
        return std::any_of(grants.begin(), grants.end(),
                           [&login](const store::Grant &grant) { return grant.login == login.id; });
    };
    QList<LoginId> logins;
    for (const store::Login &login : m_logins.logins()) {
        // The provider cannot revoke an API token for us, so it is not given up on the way.
        const bool meant = all ? login.sandbox == m_sandbox
                               : login.kind == store::LoginKind::OAuth && hasOneOf(before, login);
        if (meant && !hasOneOf(left, login))
            logins << login.id;
    }
    return logins;
}

Task<> Revocation::finish(int number, QList<LoginId> logins, bool changeKey)
{
    for (const LoginId &login : logins) {
        co_await endLogin(number, login, m_tasks.token());
        if (m_tasks.isStopped())
            co_return;
    }
    if (!changeKey)
        co_return;
    const Result<> changedKey = co_await m_logins.rotateKey(m_tasks.token());
    if (m_tasks.isStopped())
        co_return;
    if (Receipt *receipt = receiptOf(number)) {
        receipt->keyChange = changedKey ? Receipt::Progress::Done : Receipt::Progress::Failed;
        if (!changedKey)
            receipt->keyProblem = changedKey.error().text();
        emit changed();
    }
}

Task<Result<>> Revocation::endLogin(int number, LoginId login, std::stop_token stop)
{
    const auto known = m_logins.login(login);
    qsizetype index = -1;
    if (Receipt *receipt = receiptOf(number)) {
        index = receipt->signOuts.size();
        Receipt::SignOut line;
        line.label = known ? known->email : QString();
        receipt->signOuts << line;
        emit changed();
    }
    Result<> forgotten = m_authorization.forgetApprovals(login);
    const Result<provider::SignedOut> done = co_await m_signIns.signOut(login, std::move(stop));
    if (!done)
        forgotten = fail(done.error());
    Receipt *receipt = receiptOf(number);
    if (receipt && index >= 0) {
        using At = provider::SignedOut::At;
        Receipt::SignOut &line = receipt->signOuts[index];
        line.at = m_clock.now();
        line.atProvider = !done || done->upstream != At::NothingToRevoke;
        line.problem = done ? done->problem : done.error().text();
        line.progress =
            line.problem.isEmpty() ? Receipt::Progress::Done : Receipt::Progress::Failed;
        emit changed();
    }
    co_return forgotten;
}

Receipt *Revocation::receiptOf(int number)
{
    return m_receipt.number == number ? &m_receipt : nullptr;
}

} // namespace flaredeck::service
