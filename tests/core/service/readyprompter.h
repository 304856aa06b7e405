#pragma once

#include "core/prompt/prompter.h"

#include <QPromise>

namespace flaredeck::test {

/// A person who agrees at once to what is ticked, and signs in within the client's own tab. Calls
/// outside of that get what the test says.
class ReadyPrompter : public Prompter
{
public:
    StepUpChoice stepUps = StepUpChoice::Unavailable; ///< to every question about a call
    QList<StepUpRequest> asked;
    bool hasScreen = false; ///< sign-in pages without a tab are shown, and the test sees to them
    QList<SignInRequest> signIns;
    QStringList warnings;

    QFuture<ConsentAnswer> askConsent(ConsentRequest request) override
    {
        ConsentAnswer answer;
        answer.allowed = true;
        answer.scopes = request.preselected;
        return ready(answer);
    }
    void withdrawConsent(const QString &) override {}
    QFuture<StepUpAnswer> askStepUp(StepUpRequest request) override
    {
        asked << request;
        return ready(StepUpAnswer{stepUps});
    }
    void withdrawStepUp(const QString &) override {}
    void warn(const QString &title, const QString &text) override
    {
        warnings << title + QLatin1Char('\n') + text;
    }
    QFuture<SignInShown> showSignIn(SignInRequest request) override
    {
        signIns << request;
        if (!request.tabWaiting && hasScreen)
            return ready(SignInShown{SignInSurface::Shown, {}});
        return ready(
            SignInShown{request.tabWaiting ? SignInSurface::UseTab : SignInSurface::Unavailable,
                        QStringLiteral("no window here")});
    }
    void signInEnded(const QString &, const QString &) override {}

private:
    template <typename T>
    static QFuture<T> ready(const T &value)
    {
        QPromise<T> promise;
        promise.start();
        promise.addResult(value);
        promise.finish();
        return promise.future();
    }
};

} // namespace flaredeck::test
