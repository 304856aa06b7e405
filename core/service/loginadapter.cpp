#include "core/service/loginadapter.h"

#include "core/provider/scopes.h"

#include <algorithm>

namespace flaredeck::service {

namespace {

oauth::UpstreamLogin toUpstream(const store::Login &login)
{
    return {login.id,
            login.email,
            login.accounts,
            login.state == store::LoginState::Ok,
            login.state == store::LoginState::Suspended,
            scopes::lackedBy(login.upstreamScopes, login.lacks)};
}

// A usable sign-in before a dead one, then the newest.
bool isBetter(const store::Login &a, const store::Login &b)
{
    if ((a.state == store::LoginState::Ok) != (b.state == store::LoginState::Ok))
        return a.state == store::LoginState::Ok;
    return a.createdAt > b.createdAt;
}

} // namespace

LoginAdapter::LoginAdapter(const store::LoginStore &logins, provider::SignIns &signIns, World world)
    : m_logins(logins)
    , m_signIns(signIns)
    , m_world(world)
{
}

std::optional<oauth::UpstreamLogin> LoginAdapter::current() const
{
    QList<store::Login> ours = m_logins.logins();
    ours.removeIf([this](const store::Login &login) { return login.sandbox != isSandbox(); });
    if (ours.isEmpty())
        return std::nullopt;
    return toUpstream(*std::min_element(ours.cbegin(), ours.cend(), isBetter));
}

std::optional<oauth::UpstreamLogin> LoginAdapter::find(const LoginId &id) const
{
    if (id.isEmpty())
        return oauth::UpstreamLogin();
    const auto login = m_logins.login(id);
    if (!login)
        return std::nullopt;
    oauth::UpstreamLogin upstream = toUpstream(*login);
    if (login->sandbox != isSandbox()) {
        upstream.suspended = upstream.suspended || upstream.usable;
        upstream.usable = false;
    }
    return upstream;
}

Task<Result<oauth::UpstreamLogin>>
LoginAdapter::signIn(std::function<void(const QByteArray &url)> toTab, std::stop_token stop)
{
    const auto login = co_await m_signIns.signIn(toTab, stop);
    if (!login)
        co_return fail(login.error());
    co_return toUpstream(*login);
}

} // namespace flaredeck::service
