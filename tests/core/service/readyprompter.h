#pragma once

#include "core/prompt/prompter.h"

#include <QList>

namespace flaredeck::test {

/// A person who agrees at once to what is ticked, and signs in within the client's own tab. Calls
/// outside of that get what the test says.
class ReadyPrompter : public Prompter
{
public:
    CallApprovalChoice stepUps = CallApprovalChoice::Unavailable; ///< to all about calls
    QList<CallApprovalRequest> asked;
    bool grantsAll = false; ///< whatever may be granted, not only what is ticked
    bool hasScreen = false; ///< sign-in pages without a tab are shown, and the test sees to them
    QList<SignInRequest> signIns;
    QStringList warnings;
    bool isAway = false; ///< nothing is answered any more

    void ask(const prompt::AnyQuestion &question) override
    {
        std::visit(
            [this](const auto &one) {
                auto answer = answerTo(one.request());
                if (isAway)
                    m_unanswered << prompt::AnyQuestion(one);
                else
                    one.answer(std::move(answer));
            },
            question);
    }
    void withdraw(const QString &, const QString &) override {}
    void warn(const QString &title, const QString &text) override
    {
        warnings << title + QLatin1Char('\n') + text;
    }

protected:
    virtual ConsentAnswer answerTo(const ConsentRequest &request)
    {
        ConsentAnswer answer;
        answer.allowed = true;
        answer.scopes = grantsAll ? request.offered : request.preselected;
        return answer;
    }

private:
    CallApprovalAnswer answerTo(const CallApprovalRequest &request)
    {
        asked << request;
        return {stepUps};
    }
    SignInShown answerTo(const SignInRequest &request)
    {
        signIns << request;
        if (!request.tabWaiting && hasScreen)
            return {SignInSurface::Shown, {}};
        return {request.tabWaiting ? SignInSurface::UseTab : SignInSurface::Unavailable,
                QStringLiteral("no window here")};
    }

    QList<prompt::AnyQuestion> m_unanswered;
};

} // namespace flaredeck::test
