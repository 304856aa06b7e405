#include "core/oauth/consent/callwords.h"

#include "core/provider/scopes.h"

namespace flaredeck::oauth::callwords {

using namespace Qt::Literals::StringLiterals;

QString inWords(const ScopeSet &missing)
{
    QStringList words;
    for (const QString &name : missing) {
        const auto info = scopes::find(name);
        words << (info ? u"%1 (%2)"_s.arg(name, info->summary) : name);
    }
    return words.join(u", "_s);
}

Error denied(const ScopeSet &missing)
{
    return {Error::Kind::Denied,
            missing.empty()
                ? u"The user did not allow this call."_s
                : u"The user did not allow this call, which needs the permission %1."_s.arg(
                      inWords(missing)),
            u"Do not repeat it unless the user asks for it."_s};
}

Error twin()
{
    return {Error::Kind::Denied,
            u"The user allowed this call once, and an identical one that waited with it has run."_s,
            u"Call again only if it has to run a second time."_s};
}

Error undecided(const ScopeSet &missing, bool wasAsked)
{
    if (missing.empty()) {
        return wasAsked
                   ? Error{Error::Kind::Timeout,
                           u"The user is being asked in Flaredeck whether this call may run."_s,
                           u"Call again with the same arguments when they have answered: their "
                           "answer counts for ten minutes."_s}
                   : Error{Error::Kind::Denied,
                           u"This call needs the user's word, and nobody answered in Flaredeck."_s,
                           u"The user must open Flaredeck and be there, or allow the tool on its "
                           "page Tools."_s};
    }
    return {Error::Kind::Unauthorized,
            u"This connection was not given the permission %1."_s.arg(inWords(missing)),
            wasAsked
                ? u"The user is being asked in Flaredeck. Call again when they have answered."_s
                : u"The user must approve the connection again in Flaredeck with this "
                  "permission."_s};
}

Error cancelled()
{
    return {Error::Kind::Cancelled, u"The call was cancelled."_s};
}

Error ended()
{
    return {Error::Kind::Cancelled, u"The permission of this client was withdrawn."_s};
}

} // namespace flaredeck::oauth::callwords
