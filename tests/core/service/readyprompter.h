#pragma once

#include "core/prompt/prompter.h"

#include <QPromise>

#include <memory>

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
    bool isAway = false; ///< nothing is answered any more

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
    QFuture<T> ready(const T &value)
    {
        const auto promise = std::make_shared<QPromise<T>>();
        promise->start();
        if (isAway) {
            m_unanswered << promise;
            return promise->future();
        }
        promise->addResult(value);
        promise->finish();
        return promise->future();
    }

    QList<std::shared_ptr<void>> m_unanswered;
};

} // namespace flaredeck::test
