#include "core/service/setups.h"

#include "core/base/waiting.h"

#include <QPromise>

#include <algorithm>
#include <memory>

namespace flaredeck::service {

using namespace Qt::StringLiterals;

Setups::Setups(const QString &records, AuditWatch &audit, const Clock &clock)
    : m_connector(connect::Places::ofUser(), records)
    , m_audit(audit)
    , m_clock(clock)
{
    m_thread.setMaxThreadCount(1); // two changes of one file would be in each other's way
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

Task<Result<connect::Survey>> Setups::survey(connect::Target target, std::stop_token stop)
{
    const auto survey = co_await waitFor(
        onThread([this, target = std::move(target)] { return m_connector.survey(target); }), stop);
    if (!survey)
        co_return fail(shuttingDown());
    co_return *survey;
}

Task<Result<connect::SetupPlan>> Setups::plan(SetupOrder order, connect::Target target,
                                              std::stop_token stop)
{
    const auto plan = co_await waitFor(
        onThread([this, order = std::move(order), target = std::move(target)] {
            return m_connector.plan(order.client, order.way, target, order.alsoHosted);
        }),
        stop);
    co_return plan.value_or(fail(shuttingDown()));
}

Task<Result<>> Setups::write(SetupOrder order, connect::Target target, QByteArray token,
                             std::stop_token stop)
{
    const Millis now = m_clock.now();
    const auto done = co_await waitFor(
        onThread([this, order, target = std::move(target), token = std::move(token), now] {
            return m_connector.write(order.client, order.way, target, order.alsoHosted, token, now);
        }),
        stop);
    if (stop.stop_requested() || !done)
        co_return fail(shuttingDown());
    if (*done)
        m_audit.settingChanged(u"%1 was connected in its configuration"_s.arg(order.client));
    co_return *done;
}

Task<Result<QString>> Setups::undo(QString client, connect::Target target, std::stop_token stop)
{
    const auto done = co_await waitFor(onThread([this, client, target = std::move(target)] {
                                           return m_connector.undo(client, target);
                                       }),
                                       stop);
    if (stop.stop_requested() || !done)
        co_return fail(shuttingDown());
    if (*done)
        m_audit.settingChanged(u"The configuration of %1 was restored"_s.arg(client));
    co_return *done;
}

Task<Result<QStringList>> Setups::updateAddresses(connect::Target target, std::stop_token stop)
{
    const Millis now = m_clock.now();
    const auto done =
        co_await waitFor(onThread([this, target = std::move(target), now] {
                             return m_connector.updateAddresses(target, now);
                         }),
                         stop);
    if (stop.stop_requested() || !done)
        co_return fail(shuttingDown());
    if (*done && !(*done)->isEmpty())
        m_audit.settingChanged(
            u"The new address was entered into %1"_s.arg((*done)->join(u", "_s)));
    co_return *done;
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
    }
    return heard;
}

} // namespace flaredeck::service
