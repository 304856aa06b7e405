#include "core/tools/upstreamrights.h"

#include "core/provider/scopes.h"

#include <QRegularExpression>

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
        rights ? scopes::missingUpstream(scope, rights->scopes, rights->lacks) : QStringList();
    if (missing.isEmpty())
        return std::nullopt;
    return Error{Error::Kind::Denied,
                 u"The %1 sign-in %2 does not hold %3, which this call needs."_s.arg(
                     provider::facts().name, rights->label, missing.join(u", "_s)),
                 remedy(rights->isApiToken)};
}

RefusalReason reasonOf(const QString &words, const std::optional<UpstreamRights> &rights,
                       const QString &scope)
{
    static const QRegularExpression plan(
        u"\\b(plan|subscription|entitle[a-z]*|upgrade|not (?:been )?enabled|paid)\\b"_s,
        QRegularExpression::CaseInsensitiveOption);
    if (plan.match(words).hasMatch())
        return RefusalReason::Plan;
    const bool isApiToken = rights && rights->isApiToken;
    const auto info = scopes::find(scope);
    if (!info || info->upstream.isEmpty())
        return isApiToken ? RefusalReason::TokenOrRole : RefusalReason::NoRight;
    if (!rights)
        return RefusalReason::TokenOrRole;
    if (!scopes::missingUpstream(scope, rights->scopes, rights->lacks).isEmpty())
        return RefusalReason::Lacks;
    return scopes::isKnown(rights->scopes) ? RefusalReason::Role : RefusalReason::TokenOrRole;
}

Error explainRefusal(Error refusal, const std::optional<UpstreamRights> &rights,
                     const QString &scope)
{
    const auto info = scopes::find(scope);
    if (refusal.kind != Error::Kind::Denied || !info || info->upstream.isEmpty())
        return refusal;
    const QString &name = provider::facts().name;
    const QString needs = info->upstream.join(u", "_s);
    switch (reasonOf(refusal.message, rights, scope)) {
    case RefusalReason::Lacks:
        refusal.action =
            u"The sign-in lacks %1. %2"_s.arg(needs, remedy(rights && rights->isApiToken));
        break;
    case RefusalReason::NoRight:
        refusal.action =
            u"No right of %1's OAuth covers this; an API token does. The user must add "
            "one in Flaredeck under Settings."_s.arg(name);
        break;
    case RefusalReason::Role:
        refusal.action =
            u"The sign-in holds %1, so signing in again does not help: the user's role "
            "in this %2 account does not allow it. An administrator of the account "
            "must change that."_s.arg(needs, name);
        break;
    case RefusalReason::Plan:
        refusal.action =
            u"The plan of this %1 account does not include it, so signing in again "
            "does not help. Whoever pays for the account must change the plan."_s.arg(name);
        break;
    case RefusalReason::TokenOrRole:
        refusal.action =
            u"The call needs %1. Either %2 does not have it: %3 Or the user's role in this account "
            "does not allow it, which an administrator of the account must change."_s.arg(
                needs, rights && rights->isApiToken ? u"the API token"_s : u"the sign-in"_s,
                remedy(rights && rights->isApiToken));
        break;
    }
    return refusal;
}

} // namespace flaredeck::tools
