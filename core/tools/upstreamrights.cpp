#include "core/tools/upstreamrights.h"

#include "core/provider/scopes.h"

namespace flaredeck::tools {

using namespace Qt::Literals::StringLiterals;

namespace {

QString remedy(bool isApiToken)
{
    return isApiToken
               ? u"The user must add an API token that has it, in Flaredeck under Settings."_s
               : u"The user must sign in to %1 again, in Flaredeck under Settings, and leave that "
                 "permission ticked."_s.arg(provider::facts().name);
}

} // namespace

std::optional<Error> upstreamLack(const std::optional<UpstreamRights> &rights, const QString &scope)
{
    const QStringList missing =
        rights ? scopes::missingUpstream(scope, rights->scopes) : QStringList();
    if (missing.isEmpty())
        return std::nullopt;
    return Error{Error::Kind::Denied,
                 u"The %1 sign-in %2 does not hold %3, which this call needs."_s.arg(
                     provider::facts().name, rights->label, missing.join(u", "_s)),
                 remedy(rights->isApiToken)};
}

Error explainRefusal(Error refusal, const std::optional<UpstreamRights> &rights,
                     const QString &scope)
{
    const auto info = scopes::find(scope);
    if (refusal.kind != Error::Kind::Denied || !info || info->upstream.isEmpty())
        return refusal;
    refusal.action =
        u"The call needs %1 at %3. Either the sign-in was not given it: %2 Or the account does not "
        "allow it: then an administrator of the %3 account must."_s.arg(
            info->upstream.join(u", "_s), remedy(rights && rights->isApiToken),
            provider::facts().name);
    return refusal;
}

} // namespace flaredeck::tools
