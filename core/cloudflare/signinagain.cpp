#include "core/cloudflare/signinagain.h"

#include "core/base/logging.h"

#include <QCoroSignal>
#include <QPointer>

namespace flaredeck::cloudflare {

SignInAgain::SignInAgain(store::LoginStore &logins, CloudflareLogin &signIns,
                         QStringList upstreamScopes, const Clock &clock,
                         const SignInAgainTimes &times, QObject *parent)
    : QObject(parent)
    , m_logins(logins)
    , m_signIns(signIns)
    , m_scopes(std::move(upstreamScopes))
    , m_clock(clock)
    , m_times(times)
{
}

Task<bool> SignInAgain::wait(LoginId login)
{
    return wait(this, std::move(login));
}

Task<bool> SignInAgain::wait(QPointer<SignInAgain> self, LoginId login)
{
    if (!self->m_asking) {
        // A sign-in that the person has begun elsewhere is waited for in any case.
        if (self->m_clock.monotonic() < self->m_quietUntil && !self->m_signIns.isRunning())
            co_return false;
        ask(self);
    }
    if (self && self->m_asking)
        co_await qCoro(self.data(), &SignInAgain::settled, self->m_times.patience);
    co_return self && self->isUsable(login);
}

Task<> SignInAgain::ask(QPointer<SignInAgain> self)
{
    self->m_asking = true;
    qCInfo(lcCloudflare, "a call needs a sign-in that has ended; asking for a new one");
    const Result<store::Login> login = co_await self->m_signIns.signIn(self->m_scopes, {});
    if (!self)
        co_return;
    self->m_asking = false;
    if (!login)
        self->m_quietUntil = self->m_clock.monotonic() + self->m_times.quiet;
    emit self->settled();
}

bool SignInAgain::isUsable(const LoginId &login) const
{
    const auto found = m_logins.login(login);
    return found && found->state == store::LoginState::Ok;
}

} // namespace flaredeck::cloudflare
