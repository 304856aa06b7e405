#include "core/service/callpermits.h"

namespace flaredeck::service {

tools::Permit permitBy(oauth::AuthorizationServer &authorization)
{
    return [&authorization](tools::PermitRequest request) {
        oauth::StepUpCall call;
        call.caller = std::move(request.caller);
        call.peer = std::move(request.peer);
        call.tool = std::move(request.tool);
        call.title = std::move(request.title);
        call.arguments = std::move(request.arguments);
        call.account = std::move(request.account);
        call.missing = std::move(request.missing);
        call.fingerprint = std::move(request.fingerprint);
        call.stop = std::move(request.stop);
        return authorization.stepUp(std::move(call));
    };
}

tools::RightsOf rightsBy(const store::LoginStore &logins)
{
    return [&logins](const LoginId &id) -> std::optional<tools::UpstreamRights> {
        const auto login = logins.login(id);
        if (!login)
            return std::nullopt;
        return tools::UpstreamRights{login->email, login->upstreamScopes,
                                     login->kind == store::LoginKind::ApiToken};
    };
}

} // namespace flaredeck::service
