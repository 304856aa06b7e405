#pragma once

#include "core/base/clock.h"
#include "core/base/identity.h"
#include "core/mcp/callcontext.h"
#include "core/rpc/rpcerror.h"

#include <QFuture>
#include <QHash>
#include <QPromise>

#include <memory>

namespace flaredeck::mcp {

/// Work that goes on after its request was answered, and whose outcome the client fetches
/// (extension io.modelcontextprotocol/tasks of MCP 2026-07-28).
class WorkTask
{
public:
    enum class Status { Working, InputRequired, Completed, Failed, Cancelled };

    WorkTask(GrantId grant, const Clock &clock, std::function<void()> stop);

    [[nodiscard]] const QString &id() const { return m_id; }
    [[nodiscard]] const GrantId &grant() const { return m_grant; }
    [[nodiscard]] Status status() const { return m_status; }
    [[nodiscard]] bool isOver() const { return m_status >= Status::Completed; }
    [[nodiscard]] bool isExpired() const;

    /// What a client is told when the task begins.
    [[nodiscard]] Json summary() const;
    /// The same with the outcome, or with the questions that are open.
    [[nodiscard]] Json details() const;

    // What becomes of it. After the end nothing changes any more.
    void complete(Json result);
    void fail(const rpc::RpcError &error);
    void cancel();
    /// The answers, by key; a failure when the task ends before they are there.
    [[nodiscard]] QFuture<Result<Json>> ask(const QList<InputRequest> &questions);
    /// Answers that will not do, and those to nothing that was asked, are left aside.
    void answer(const Json &responses);

private:
    void enter(Status status);
    void end(Status status, const Error &reason);

    const QString m_id;
    const GrantId m_grant;
    const Clock &m_clock;
    std::function<void()> m_stop;
    const Millis m_createdAt;
    Millis m_updatedAt;
    Status m_status = Status::Working;
    Json m_outcome; ///< result or error
    QList<InputRequest> m_questions;
    Json m_answers = Json::object();
    std::unique_ptr<QPromise<Result<Json>>> m_waiting;
};

using WorkTaskPtr = std::shared_ptr<WorkTask>;

/// The tasks of all grants. Ids are random and open nothing to another grant.
class Tasks
{
public:
    static constexpr int kMaxPerGrant = 64; ///< that are not over yet

    explicit Tasks(const Clock &clock)
        : m_clock(clock)
    {
    }

    /// Null when the grant has too many that are not over.
    [[nodiscard]] WorkTaskPtr begin(const GrantId &grant, std::function<void()> stop);
    [[nodiscard]] WorkTaskPtr find(const QString &id, const GrantId &grant);
    void endGrant(const GrantId &grant);
    void endAll();

private:
    void sweep();

    const Clock &m_clock;
    QHash<QString, WorkTaskPtr> m_all;
};

} // namespace flaredeck::mcp
