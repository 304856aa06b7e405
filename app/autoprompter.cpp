#include "app/autoprompter.h"

#include "app/answered.h"
#include "core/base/logging.h"

#include <algorithm>
#include <iterator>

namespace flaredeck::app {

QFuture<ConsentAnswer> AutoPrompter::askConsent(ConsentRequest request)
{
    ConsentAnswer yes;
    yes.allowed = true;
    // A new sign-in is not for a switch to agree to.
    std::set_difference(request.preselected.begin(), request.preselected.end(),
                        request.lacking.begin(), request.lacking.end(),
                        std::inserter(yes.scopes, yes.scopes.end()));
    return answered(std::move(yes));
}

QFuture<StepUpAnswer> AutoPrompter::askStepUp(StepUpRequest)
{
    return answered(StepUpAnswer{StepUpChoice::Unavailable});
}

void AutoPrompter::warn(const QString &title, const QString &text)
{
    qCWarning(lcApp).noquote() << title << text;
}

QFuture<SignInShown> AutoPrompter::showSignIn(SignInRequest request)
{
    if (request.tabWaiting)
        return answered(SignInShown{SignInSurface::UseTab, {}});
    return answered(
        SignInShown{SignInSurface::Unavailable,
                    QStringLiteral("With --auto-approve a sign-in only runs in the tab of "
                                   "the client that asked for it.")});
}

} // namespace flaredeck::app
