#include "app/autoprompter.h"

#include "core/base/logging.h"

#include <algorithm>
#include <iterator>

namespace flaredeck::app {

namespace {

ConsentAnswer answerTo(const ConsentRequest &request)
{
    ConsentAnswer yes;
    yes.allowed = true;
    // A new sign-in is not for a switch to agree to.
    std::set_difference(request.preselected.begin(), request.preselected.end(),
                        request.lacking.begin(), request.lacking.end(),
                        std::inserter(yes.scopes, yes.scopes.end()));
    return yes;
}

StepUpAnswer answerTo(const StepUpRequest &)
{
    return {StepUpChoice::Unavailable};
}

SignInShown answerTo(const SignInRequest &request)
{
    if (request.tabWaiting)
        return {SignInSurface::UseTab, {}};
    return {SignInSurface::Unavailable,
            QStringLiteral("With --auto-approve a sign-in only runs in the tab of the client that "
                           "asked for it.")};
}

} // namespace

void AutoPrompter::ask(const prompt::AnyQuestion &question)
{
    std::visit([](const auto &asked) { asked.answer(answerTo(asked.request())); }, question);
}

void AutoPrompter::warn(const QString &title, const QString &text)
{
    qCWarning(lcApp).noquote() << title << text;
}

} // namespace flaredeck::app
