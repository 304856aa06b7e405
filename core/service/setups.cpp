#include "core/service/setups.h"

#include "core/base/waiting.h"

#include <QPromise>

#include <algorithm>
#include <memory>

namespace flaredeck::service {

using namespace Qt::StringLiterals;

namespace {

/// A client holds its lock for moments.
constexpr int kTries = 4;
constexpr std::chrono::milliseconds kPause{500};

template <typename Value>
bool isLocked(const Result<Value> &done)
{
    return !done && done.error().kind == Error::Kind::Timeout;
}

} // namespace

Setups::Setups(const QString &records, AuditWatch &audit, const Clock &clock)
    : m_records(records)
    , m_audit(audit)
    , m_clock(clock)
{
    m_thread.setMaxThreadCount(1); // two changes of one file would be in each other's way
}

connect::Connector Setups::connector() const
{
    return {connect::Places::ofUser(), m_records, Surroundings::ofSystem()};
}

Setups::~Setups()
{
    m_thread.waitForDone();
}

template <typename Work>
auto Setups::onThread(Work work)
{
    using Answer = decltype(work());
    auto promise = std::make_shared<QPromise<Answer>>();
    promise->start();
    m_thread.start([promise, work = std::move(work)] {
        promise->addResult(work());
        promise->finish();
    });
    return promise->future();
}

// The work is begun outside of the waiting expression: GCC 12 destroys what a lambda in it has
// captured twice.

Task<Result<connect::Survey>> Setups::survey(connect::Target target, std::stop_token stop)
{
    const auto looking = onThread([this, target] { return connector().survey(target); });
    const auto survey = co_await waitFor(looking, stop);
    if (!survey)
        co_return fail(shuttingDown());
    co_return *survey;
}

Task<Result<connect::SetupPlan>> Setups::plan(SetupOrder order, connect::Target target,
                                              std::stop_token stop)
{
    const auto planning = onThread([this, order, target] {
        return connector().plan(order.client, order.way, target, order.alsoHosted);
    });
    const auto plan = co_await waitFor(planning, stop);
    if (!plan)
        co_return fail(shuttingDown());
    co_return *plan;
}

Task<Result<>> Setups::write(SetupOrder order, connect::Target target, QByteArray token,
                             std::stop_token stop)
{
    for (int left = kTries;; --left) {
        const auto writing = onThread([this, order, target, token, now = m_clock.now()] {
            return connector().write(order.client, order.way, target, order.alsoHosted, token, now);
        });
        const auto done = co_await waitFor(writing, stop);
        if (!done)
            co_return fail(shuttingDown());
        if (*done)
            m_audit.settingChanged(u"%1 was connected in its configuration"_s.arg(order.client));
        if (left == 1 || !isLocked(*done))
            co_return *done;
        co_await pause(kPause, stop);
    }
}

Task<Result<QString>> Setups::undo(QString client, std::stop_token stop)
{
    for (int left = kTries;; --left) {
        const auto undoing = onThread([this, client] { return connector().undo(client); });
        const auto done = co_await waitFor(undoing, stop);
        if (!done)
            co_return fail(shuttingDown());
        if (*done)
            m_audit.settingChanged(u"The configuration of %1 was restored"_s.arg(client));
        if (left == 1 || !isLocked(*done))
            co_return *done;
        co_await pause(kPause, stop);
    }
}

Task<Result<QList<connect::UndoPlan>>> Setups::planUndo(std::stop_token stop)
{
    const auto planning = onThread([this] { return connector().planUndo(); });
    const auto plans = co_await waitFor(planning, stop);
    if (!plans)
        co_return fail(shuttingDown());
    co_return *plans;
}

Task<Result<QStringList>> Setups::updateAddresses(connect::Target target, std::stop_token stop)
{
    const auto updating = onThread(
        [this, target, now = m_clock.now()] { return connector().updateAddresses(target, now); });
    const auto done = co_await waitFor(updating, stop);
    if (!done)
        co_return fail(shuttingDown());
    if (!done->names.isEmpty())
        m_audit.settingChanged(
            u"The new address was entered into %1"_s.arg(done->names.join(u", "_s)));
    if (!done->problems.isEmpty())
        co_return fail(Error::Kind::Storage, done->problems.join(u'\n'));
    co_return done->names;
}

Millis lastHeardOf(const connect::ClientSetup &setup, const Snapshot &snapshot)
{
    const auto isIt = [&setup](const QString &name) {
        return std::any_of(setup.seenAs.begin(), setup.seenAs.end(), [&name](const QString &one) {
            return one.compare(name, Qt::CaseInsensitive) == 0;
        });
    };
    Millis heard = 0;
    for (const ClientView &view : snapshot.clients) {
        if (isIt(view.client.name) || (view.program && isIt(view.program->plainName())))
            heard = std::max(heard, view.lastSeenAt);
        // Some programs hide what they run; what they call themselves is good enough for a hint.
        for (const mcp::SessionInfo &session : view.sessions) {
            if (isIt(session.clientInfo.section(u' ', 0, 0)))
                heard = std::max(heard, session.lastSeenAt);
        }
    }
    return heard;
}

} // namespace flaredeck::service
