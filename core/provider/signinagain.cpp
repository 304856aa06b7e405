#include "core/provider/signinagain.h"

#include "core/base/logging.h"
#include "core/base/waiting.h"

namespace flaredeck::provider {

SignInAgain::SignInAgain(store::LoginStore &logins, SignIns &signIns, const Clock &clock,
                         const SignInAgainTimes &times, QObject *parent)
    : QObject(parent)
    , m_logins(logins)
    , m_signIns(signIns)
    , m_clock(clock)
    , m_times(times)
{
}

Task<bool> SignInAgain::wait(LoginId login, std::stop_token stop)
{
    if (!m_asking) {
        // Even then a sign-in that the person has started elsewhere is awaited.
        if (m_clock.monotonic() < m_quietUntil && !m_signIns.isRunning())
            co_return false;
        m_tasks.run(ask());
    }
    if (m_asking)
        co_await waitForSignal(this, &SignInAgain::settled, m_times.patience, std::move(stop));
    co_return isUsable(login);
}

Task<> SignInAgain::ask()
{
    m_asking = true;
    qCInfo(lcProvider, "a call needs a sign-in that has ended; asking for a new one");
    const Result<store::Login> login = co_await m_signIns.signIn({}, m_tasks.token());
    if (m_tasks.isStopped())
        co_return;
    m_asking = false;
    if (!login)
        m_quietUntil = m_clock.monotonic() + m_times.quiet;
    emit settled();
}

bool SignInAgain::isUsable(const LoginId &login) const
{
    const auto found = m_logins.login(login);
    return found && found->state == store::LoginState::Ok;
}

} // namespace flaredeck::provider
