#include "core/mcp/sessions/tasks.h"

#include "core/base/crypto.h"
#include "core/mcp/methods/inputs.h"
#include "core/mcp/transports/httpwords.h"

#include <QDateTime>

#include <algorithm>
#include <array>

using namespace Qt::Literals::StringLiterals;

namespace flaredeck::mcp {

namespace {

constexpr Millis kLifetime =
    60LL * 60 * 1000; ///< from the beginning; what is over is kept till then
constexpr int kPollEveryMs = 500;

Json errorJson(const rpc::RpcError &error)
{
    Json json{{"code", error.code}, {"message", error.message}};
    if (!error.data.is_null())
        json["data"] = error.data;
    return json;
}

std::string isoTime(Millis time)
{
    return QDateTime::fromMSecsSinceEpoch(time).toUTC().toString(Qt::ISODateWithMs).toStdString();
}

const char *nameOf(WorkTask::Status status)
{
    constexpr std::array kNames{"working", "input_required", "completed", "failed", "cancelled"};
    return kNames.at(static_cast<std::size_t>(status));
}

} // namespace

WorkTask::WorkTask(GrantId grant, const Clock &clock, TaskStore *store, std::function<void()> stop)
    : m_id(QString::fromLatin1(crypto::randomToken()))
    , m_clock(clock)
    , m_store(store)
    , m_stop(std::move(stop))
{
    m_kept.idHash = crypto::sha256(m_id.toLatin1());
    m_kept.grant = std::move(grant);
    m_kept.createdAt = clock.now();
    enter(Status::Working);
}

WorkTask::WorkTask(StoredTask stored, const Clock &clock, TaskStore *store)
    : m_kept(std::move(stored))
    , m_clock(clock)
    , m_store(store)
{
    if (!isOver())
        fail(serverError(u"The server was restarted while the task ran. Call the tool again."_s));
}

bool WorkTask::isExpired(const ClockWatch &time) const
{
    return isOver() && m_kept.createdAt < time.olderThan(kLifetime);
}

Json WorkTask::summary() const
{
    return {{"taskId", m_id},
            {"status", nameOf(m_kept.status)},
            {"createdAt", isoTime(m_kept.createdAt)},
            {"lastUpdatedAt", isoTime(m_kept.updatedAt)},
            {"ttlMs", kLifetime},
            {"pollIntervalMs", kPollEveryMs}};
}

Json WorkTask::details() const
{
    Json details = summary();
    if (m_kept.status == Status::Completed) {
        details["result"] = m_kept.outcome;
        // It is the call's own result, and in this revision each result says its type.
        if (!m_kept.outcome.contains("resultType"))
            details["result"]["resultType"] = "complete";
    } else if (m_kept.status == Status::Failed) {
        details["error"] = m_kept.outcome;
    } else if (m_kept.status == Status::InputRequired) {
        details["inputRequests"] = inputs::printed(m_questions);
    }
    return details;
}

void WorkTask::complete(Json result)
{
    if (isOver())
        return;
    m_kept.outcome = std::move(result);
    end(Status::Completed, {Error::Kind::Cancelled, u"The task is over."_s});
}

void WorkTask::fail(const rpc::RpcError &error)
{
    if (isOver())
        return;
    m_kept.outcome = errorJson(error);
    end(Status::Failed, {Error::Kind::Cancelled, error.message});
}

void WorkTask::cancel()
{
    if (isOver())
        return;
    end(Status::Cancelled, {Error::Kind::Cancelled, u"The task was cancelled."_s});
    stopWork();
}

void WorkTask::abort(const rpc::RpcError &reason)
{
    if (isOver())
        return;
    fail(reason);
    stopWork();
}

void WorkTask::stopWork()
{
    if (const auto stop = std::exchange(m_stop, nullptr))
        stop();
}

QFuture<Result<Json>> WorkTask::ask(const QList<InputRequest> &questions)
{
    m_waiting = std::make_unique<QPromise<Result<Json>>>();
    m_waiting->start();
    const auto future = m_waiting->future();
    m_questions = questions;
    m_answers = Json::object();
    if (isOver())
        end(m_kept.status, {Error::Kind::Cancelled, u"The task is over."_s});
    else
        enter(Status::InputRequired);
    return future;
}

void WorkTask::answer(const Json &responses)
{
    if (m_kept.status != Status::InputRequired)
        return;
    m_questions.removeIf([&](const InputRequest &question) {
        const std::string key = question.key.toStdString();
        const Json *response = json::find(responses, key.c_str());
        if (!response || !inputs::willDo(question, *response))
            return false;
        m_answers[key] = *response;
        return true;
    });
    enter(m_questions.isEmpty() ? Status::Working : Status::InputRequired);
    if (!m_questions.isEmpty())
        return;
    const auto waiting = std::exchange(m_waiting, nullptr);
    waiting->addResult(std::exchange(m_answers, Json::object()));
    waiting->finish();
}

void WorkTask::enter(Status status)
{
    m_kept.status = status;
    m_kept.updatedAt = m_clock.now();
    if (m_store)
        m_store->saveTask(m_kept);
}

void WorkTask::end(Status status, const Error &reason)
{
    enter(status);
    m_questions.clear();
    if (const auto waiting = std::exchange(m_waiting, nullptr)) {
        waiting->addResult(flaredeck::fail(reason));
        waiting->finish();
    }
}

Tasks::Tasks(TaskStore *store, const Clock &clock)
    : m_store(store)
    , m_clock(clock)
    , m_time(clock)
{
    if (!m_store)
        return;
    for (const StoredTask &stored : m_store->loadTasks())
        m_all.insert(stored.idHash, std::make_shared<WorkTask>(stored, m_clock, m_store));
    sweep();
}

WorkTaskPtr Tasks::begin(const GrantId &grant, std::function<void()> stop)
{
    sweep();
    const auto running =
        std::count_if(m_all.cbegin(), m_all.cend(), [&grant](const WorkTaskPtr &task) {
            return task->grant() == grant && !task->isOver();
        });
    if (running >= kMaxPerGrant)
        return nullptr;
    makeRoom(grant);
    auto task = std::make_shared<WorkTask>(grant, m_clock, m_store, std::move(stop));
    m_all.insert(task->idHash(), task);
    return task;
}

WorkTaskPtr Tasks::find(const QString &id, const GrantId &grant)
{
    sweep();
    const WorkTaskPtr task = m_all.value(crypto::sha256(id.toUtf8()));
    if (!task || task->grant() != grant)
        return nullptr;
    task->setId(id);
    return task;
}

void Tasks::endGrant(const GrantId &grant)
{
    const auto all = m_all;
    for (const WorkTaskPtr &task : all) {
        if (task->grant() == grant) {
            task->cancel();
            remove(task->idHash());
        }
    }
}

void Tasks::endAll(const rpc::RpcError &reason)
{
    const auto all = std::exchange(m_all, {});
    for (const WorkTaskPtr &task : all)
        task->abort(reason);
}

void Tasks::remove(const QByteArray &idHash)
{
    m_all.remove(idHash);
    if (m_store)
        m_store->removeTask(idHash);
}

/// The outcomes that have waited longest to be fetched go first.
void Tasks::makeRoom(const GrantId &grant)
{
    auto kept = std::count_if(m_all.cbegin(), m_all.cend(),
                              [&grant](const WorkTaskPtr &task) { return task->grant() == grant; });
    for (; kept >= kMaxKeptPerGrant; --kept) {
        WorkTaskPtr oldest;
        for (const WorkTaskPtr &task : std::as_const(m_all)) {
            if (task->grant() == grant && task->isOver() &&
                (!oldest || task->updatedAt() < oldest->updatedAt()))
                oldest = task;
        }
        if (!oldest)
            return;
        remove(oldest->idHash());
    }
}

void Tasks::sweep()
{
    QList<QByteArray> expired;
    for (const WorkTaskPtr &task : std::as_const(m_all)) {
        if (task->isExpired(m_time))
            expired << task->idHash();
    }
    for (const QByteArray &idHash : expired)
        remove(idHash);
}

} // namespace flaredeck::mcp
