#pragma once

#include "core/base/clockwatch.h"
#include "core/base/identity.h"
#include "core/mcp/methods/callcontext.h"
#include "core/mcp/sessions/taskstore.h"
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
    using Status = StoredTask::Status;

    /// `store` may be null. It has the task after each change, before anybody is told of it.
    WorkTask(GrantId grant, const Clock &clock, TaskStore *store, std::function<void()> stop);
    /// One from before a restart. What had not ended then has failed: nobody works on it any more.
    WorkTask(StoredTask stored, const Clock &clock, TaskStore *store);

    [[nodiscard]] const QByteArray &idHash() const { return m_kept.idHash; }
    [[nodiscard]] const GrantId &grant() const { return m_kept.grant; }
    [[nodiscard]] bool isOver() const { return m_kept.status >= Status::Completed; }
    [[nodiscard]] bool isExpired(const ClockWatch &time) const;
    [[nodiscard]] Millis updatedAt() const { return m_kept.updatedAt; }

    /// After a restart only the client knows the id.
    void setId(const QString &id) { m_id = id; }

    /// What a client is told when the task begins.
    [[nodiscard]] Json summary() const;
    /// The same with the outcome, or with the questions that are open.
    [[nodiscard]] Json details() const;

    // What becomes of it. After the end nothing changes any more.
    void complete(Json result);
    void fail(const rpc::RpcError &error);
    void cancel();
    /// Fails, and stops the work.
    void abort(const rpc::RpcError &reason);
    /// The answers, by key; a failure when the task ends before they are there.
    [[nodiscard]] QFuture<Result<Json>> ask(const QList<InputRequest> &questions);
    /// Answers that will not do, and those to nothing that was asked, are left aside.
    void answer(const Json &responses);

private:
    void enter(Status status);
    void end(Status status, const Error &reason);
    void stopWork();

    QString m_id;
    StoredTask m_kept;
    const Clock &m_clock;
    TaskStore *const m_store;
    std::function<void()> m_stop;
    QList<InputRequest> m_questions;
    Json m_answers = Json::object();
    std::unique_ptr<QPromise<Result<Json>>> m_waiting;
};

using WorkTaskPtr = std::shared_ptr<WorkTask>;

/// The tasks of all grants. Ids are random and open nothing to another grant; only their hashes are
/// held, so that a copy of the store opens nothing either.
class Tasks
{
public:
    static constexpr int kMaxPerGrant = 64;      ///< that are not over yet
    static constexpr int kMaxKeptPerGrant = 256; ///< with those that are over

    /// `store` may be null: tasks then end with the process.
    Tasks(TaskStore *store, const Clock &clock);

    /// Stored before this returns. Null when the grant has too many that are not over.
    [[nodiscard]] WorkTaskPtr begin(const GrantId &grant, std::function<void()> stop);
    [[nodiscard]] WorkTaskPtr find(const QString &id, const GrantId &grant);
    void endGrant(const GrantId &grant);
    /// What is running fails with the reason; the outcomes stay in the store.
    void endAll(const rpc::RpcError &reason);

private:
    void remove(const QByteArray &idHash);
    void sweep();
    void makeRoom(const GrantId &grant);

    TaskStore *const m_store;
    const Clock &m_clock;
    const ClockWatch m_time;
    QHash<QByteArray, WorkTaskPtr> m_all; ///< by the hash of the id
};

} // namespace flaredeck::mcp
