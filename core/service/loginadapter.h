#pragma once

#include "core/oauth/consent/loginsource.h"
#include "core/provider/signins.h"
#include "core/service/options.h"
#include "core/store/vault/loginstore.h"

namespace flaredeck::service {

/// The sign-ins as the authorization server sees them. Sign-ins made against the sandbox
/// are not used outside of it, and the other way round.
class LoginAdapter : public oauth::LoginSource
{
public:
    LoginAdapter(const store::LoginStore &logins, provider::SignIns &signIns, World world);

    [[nodiscard]] std::optional<oauth::UpstreamLogin> current() const override;
    [[nodiscard]] std::optional<oauth::UpstreamLogin> find(const LoginId &id) const override;
    [[nodiscard]] Task<Result<oauth::UpstreamLogin>>
    signIn(std::function<void(const QByteArray &url)> toTab, std::stop_token stop) override;
    [[nodiscard]] bool isSandbox() const override { return m_world == World::Sandbox; }

private:
    const store::LoginStore &m_logins;
    provider::SignIns &m_signIns;
    const World m_world;
};

} // namespace flaredeck::service
