#include "app/autoprompter.h"

#include "app/answered.h"
#include "core/base/logging.h"

namespace flaredeck::app {

QFuture<ConsentAnswer> AutoPrompter::askConsent(ConsentRequest request)
{
    ConsentAnswer yes;
    yes.allowed = true;
    yes.scopes = request.preselected;
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
