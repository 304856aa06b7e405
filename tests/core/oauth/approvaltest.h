#pragma once

#include "core/oauth/consent/callapprovals.h"
#include "core/store/audit/auditreader.h"
#include "tests/core/oauth/fakeprompter.h"
#include "tests/core/oauth/issuer.h"

#include <QCoroTask>
#include <QTest>

#include <memory>

namespace flaredeck::oauth {

/// A call that waits for a person.
struct WaitingCall {
    std::stop_source stop;
    std::optional<Result<ApprovedCall>> end;
    int told = 0; ///< how often it was told that it waits
};

/// A test of what becomes of calls that a person is asked about, on a fresh vault with one grant.
class ApprovalTest : public QObject
{
protected:
    void prepare()
    {
        m_prompter = {};
        m_peer = {};
        m_issuer = std::make_unique<Issuer>();
        m_tokens = m_issuer->tokensOf(m_issuer->code(m_issuer->client));
    }
    void start(const CallApprovalTimes &times = {})
    {
        m_approvals =
            std::make_unique<CallApprovals>(m_issuer->vault->audit, m_prompter, m_issuer->logins,
                                            m_issuer->grants, m_issuer->clock, times);
    }
    void finish()
    {
        for (const auto &waiting :
             std::exchange(m_calls, {})) // as the server does, which goes first
            waiting->stop.request_stop();
        m_approvals.reset();
        m_issuer.reset();
    }

    /// A call of the newest grant, as its client would send it now.
    AskedCall callOf(const QString &tool, const QByteArray &fingerprint)
    {
        if (const auto live = m_issuer->grants.find(m_issuer->lastGrant))
            m_caller = live->caller;
        AskedCall call;
        call.caller = m_caller;
        call.tool = tool;
        call.title = QStringLiteral("List keys");
        call.arguments = QStringLiteral("limit: 5");
        call.account = QStringLiteral("First");
        call.fingerprint = fingerprint;
        call.peer = m_peer;
        return call;
    }
    std::shared_ptr<WaitingCall> send(AskedCall call)
    {
        auto waiting = std::make_shared<WaitingCall>();
        call.stop = waiting->stop.get_token();
        call.waits = [waiting] { ++waiting->told; };
        keepEnd(m_approvals->ask(std::move(call)), waiting);
        m_calls << waiting;
        return waiting;
    }
    /// What `sends` sends, when its question is on the screen.
    template <typename Send>
    std::shared_ptr<WaitingCall> shown(Send sends)
    {
        const auto before = m_prompter.stepUps.size();
        auto waiting = sends();
        if (!QTest::qWaitFor([&] { return m_prompter.stepUps.size() > before; }))
            qFatal("nobody was asked");
        return waiting;
    }

    static bool ends(const std::shared_ptr<WaitingCall> &waiting)
    {
        return QTest::qWaitFor([&] { return waiting->end.has_value(); });
    }
    /// Whether it ended, and may run.
    static bool runs(const std::shared_ptr<WaitingCall> &waiting)
    {
        return ends(waiting) && waiting->end->has_value();
    }
    static Error::Kind kindOf(const std::shared_ptr<WaitingCall> &waiting)
    {
        return waiting->end->error().kind;
    }
    [[nodiscard]] ScopeSet granted() const
    {
        return m_issuer->grants.find(m_issuer->lastGrant)->caller->scopes;
    }
    /// The newest event of the trail, in words.
    [[nodiscard]] QString lastEvent()
    {
        m_issuer->vault->audit.writeNotes(true);
        auto reader = store::AuditReader::open(m_issuer->vault.file());
        const auto rows = reader ? reader->rows(0, 1) : Result<QList<store::AuditRow>>();
        return rows && !rows->isEmpty()
                   ? rows->first().event + QStringLiteral(": ") + rows->first().outcome
                   : QString();
    }

    std::unique_ptr<Issuer> m_issuer;
    FakePrompter m_prompter;
    std::unique_ptr<CallApprovals> m_approvals;
    TokenService::Tokens m_tokens;
    CallerPtr m_caller;
    http::Peer m_peer;
    QList<std::shared_ptr<WaitingCall>> m_calls;

private:
    static Task<> keepEnd(Task<Result<ApprovedCall>> work, std::shared_ptr<WaitingCall> waiting)
    {
        waiting->end = co_await work;
    }
};

} // namespace flaredeck::oauth
