#include "core/service/callpermits.h"

namespace flaredeck::service {

namespace {

Task<Result<tools::Permitted>> permitted(Task<Result<oauth::ApprovedCall>> asking)
{
    const Result<oauth::ApprovedCall> approved = co_await asking;
    if (!approved)
        co_return fail(approved.error());
    tools::Permitted permit{approved->caller, approved->decision};
    co_return permit;
}

} // namespace

tools::Permit permitBy(oauth::AuthorizationServer &authorization)
{
    return [&authorization](tools::PermitRequest request) {
        oauth::AskedCall call;
        call.caller = std::move(request.caller);
        call.peer = std::move(request.peer);
        call.tool = std::move(request.tool);
        call.title = std::move(request.title);
        call.arguments = std::move(request.arguments);
        call.allArguments = std::move(request.allArguments);
        call.account = std::move(request.account);
        call.missing = std::move(request.missing);
        call.isAsked = request.isAsked;
        call.effect = request.effect;
        call.worst = request.worst;
        call.change = std::move(request.change);
        call.readBefore = std::move(request.readBefore);
        call.session = std::move(request.session);
        call.fingerprint = std::move(request.fingerprint);
        call.stop = std::move(request.stop);
        call.waits = std::move(request.waits);
        call.isPatient = request.isPatient;
        return permitted(authorization.approve(std::move(call)));
    };
}

tools::RightsOf rightsBy(const store::LoginStore &logins)
{
    return [&logins](const LoginId &id) -> std::optional<tools::UpstreamRights> {
        const auto login = logins.login(id);
        if (!login)
            return std::nullopt;
        return tools::UpstreamRights{login->email, login->upstreamScopes,
                                     login->kind == store::LoginKind::ApiToken, login->lacks};
    };
}

} // namespace flaredeck::service
