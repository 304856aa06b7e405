#include "core/mcp/tasks.h"

#include "core/base/crypto.h"
#include "core/mcp/inputs.h"

#include <QDateTime>
#include <QTimeZone>

#include <algorithm>
#include <array>

using namespace Qt::Literals::StringLiterals;

namespace flaredeck::mcp {

namespace {

constexpr Millis kLifetime =
    60LL * 60 * 1000; ///< from the beginning; what is over is kept till then
constexpr int kPollEveryMs = 500;

std::string isoTime(Millis time)
{
    return QDateTime::fromMSecsSinceEpoch(time, QTimeZone::utc())
        .toString(Qt::ISODateWithMs)
        .toStdString();
}

const char *nameOf(WorkTask::Status status)
{
    constexpr std::array kNames{"working", "input_required", "completed", "failed", "cancelled"};
    return kNames.at(static_cast<std::size_t>(status));
}

} // namespace

WorkTask::WorkTask(GrantId grant, const Clock &clock, std::function<void()> stop)
    : m_id(QString::fromLatin1(crypto::randomToken()))
    , m_grant(std::move(grant))
    , m_clock(clock)
    , m_stop(std::move(stop))
    , m_createdAt(clock.now())
    , m_updatedAt(m_createdAt)
{
}

bool WorkTask::isExpired() const
{
    return isOver() && m_clock.now() - m_createdAt > kLifetime;
}

Json WorkTask::summary() const
{
    return {{"taskId", m_id},
            {"status", nameOf(m_status)},
            {"createdAt", isoTime(m_createdAt)},
            {"lastUpdatedAt", isoTime(m_updatedAt)},
            {"ttlMs", kLifetime},
            {"pollIntervalMs", kPollEveryMs}};
}

Json WorkTask::details() const
{
    Json details = summary();
    if (m_status == Status::Completed)
        details["result"] = m_outcome;
    else if (m_status == Status::Failed)
        details["error"] = m_outcome;
    else if (m_status == Status::InputRequired)
        details["inputRequests"] = inputs::printed(m_questions);
    return details;
}

void WorkTask::complete(Json result)
{
    if (isOver())
        return;
    m_outcome = std::move(result);
    end(Status::Completed, {Error::Kind::Cancelled, u"The task is over."_s});
}

void WorkTask::fail(const rpc::RpcError &error)
{
    if (isOver())
        return;
    m_outcome = Json{{"code", error.code}, {"message", error.message}};
    if (!error.data.is_null())
        m_outcome["data"] = error.data;
    end(Status::Failed, {Error::Kind::Cancelled, error.message});
}

void WorkTask::cancel()
{
    if (isOver())
        return;
    const auto stop = std::exchange(m_stop, nullptr);
    end(Status::Cancelled, {Error::Kind::Cancelled, u"The task was cancelled."_s});
    if (stop)
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
        end(m_status, {Error::Kind::Cancelled, u"The task is over."_s});
    else
        enter(Status::InputRequired);
    return future;
}

void WorkTask::answer(const Json &responses)
{
    if (m_status != Status::InputRequired)
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
    m_status = status;
    m_updatedAt = m_clock.now();
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

WorkTaskPtr Tasks::begin(const GrantId &grant, std::function<void()> stop)
{
    sweep();
    const auto running =
        std::count_if(m_all.cbegin(), m_all.cend(), [&grant](const WorkTaskPtr &task) {
            return task->grant() == grant && !task->isOver();
        });
    if (running >= kMaxPerGrant)
        return nullptr;
    auto task = std::make_shared<WorkTask>(grant, m_clock, std::move(stop));
    m_all.insert(task->id(), task);
    return task;
}

WorkTaskPtr Tasks::find(const QString &id, const GrantId &grant)
{
    sweep();
    const WorkTaskPtr task = m_all.value(id);
    return task && task->grant() == grant ? task : nullptr;
}

void Tasks::endGrant(const GrantId &grant)
{
    const auto all = m_all;
    for (const WorkTaskPtr &task : all) {
        if (task->grant() == grant) {
            task->cancel();
            m_all.remove(task->id());
        }
    }
}

void Tasks::endAll()
{
    const auto all = std::exchange(m_all, {});
    for (const WorkTaskPtr &task : all)
        task->cancel();
}

void Tasks::sweep()
{
    m_all.removeIf([](const auto &entry) { return entry.value()->isExpired(); });
}

} // namespace flaredeck::mcp
