#include "core/provider/refreshschedule.h"

#include <algorithm>

namespace flaredeck::provider {

namespace {

/// Short, because timers do not count the time while the computer sleeps.
constexpr Millis kLongestWait = 60LL * 1000;
constexpr Millis kFirstRetry = 30LL * 1000;
constexpr Millis kLongestRetry = 10LL * 60 * 1000;

Millis retryAfter(int failures)
{
    return std::min(kFirstRetry << std::min(failures - 1, 8), kLongestRetry);
}

} // namespace

RefreshSchedule::RefreshSchedule(store::LoginStore &logins, Credentials &credentials, bool sandbox,
                                 const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_logins(logins)
    , m_credentials(credentials)
    , m_sandbox(sandbox)
    , m_clock(clock)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &RefreshSchedule::look);
    connect(&m_logins, &store::LoginStore::loginsChanged, this, &RefreshSchedule::look);
    connect(&m_logins, &store::LoginStore::stateChanged, this, &RefreshSchedule::look);
    look();
}

bool RefreshSchedule::isOurs(const store::Login &login) const
{
    return login.sandbox == m_sandbox && login.kind == store::LoginKind::OAuth &&
           login.state == store::LoginState::Ok && login.expiresAt > 0;
}

void RefreshSchedule::look()
{
    m_timer.stop();
    const bool isOpen = m_logins.state() == store::KeyState::Ready ||
                        m_logins.state() == store::KeyState::SessionOnly;
    if (!isOpen)
        return;
    const Millis now = m_clock.now();
    Millis wait = kLongestWait;
    bool waits = false;
    for (const store::Login &login : m_logins.logins()) {
        if (!isOurs(login) || m_running.contains(login.id))
            continue;
        const Millis due =
            std::max(Credentials::dueAt(login), m_setbacks.value(login.id).notBefore);
        if (due <= now) {
            m_tasks.run(renew(login.id));
            continue;
        }
        waits = true;
        wait = std::min(wait, due - now);
    }
    if (waits)
        m_timer.start(static_cast<int>(wait));
}

Task<> RefreshSchedule::renew(LoginId id)
{
    m_running.insert(id);
    const Result<> done = co_await m_credentials.renew(id, m_tasks.token());
    if (m_tasks.isStopped())
        co_return;
    m_running.remove(id);
    if (done) {
        m_setbacks.remove(id);
    } else {
        Setback &setback = m_setbacks[id];
        ++setback.failures;
        setback.notBefore = m_clock.now() + retryAfter(setback.failures);
    }
    look();
}

} // namespace flaredeck::provider
