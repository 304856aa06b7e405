#pragma once

#include "core/prompt/prompter.h"

#include <QHash>
#include <QList>
#include <QPromise>

#include <memory>
#include <optional>
#include <utility>

namespace flaredeck::oauth {

/// A person who answers at once, or when the test says so.
class FakePrompter : public Prompter
{
public:
    std::optional<ConsentAnswer> atOnce; ///< empty = answer() comes later
    QList<ConsentRequest> asked;
    std::optional<StepUpChoice> stepUpAtOnce; ///< empty = answerStepUp() comes later
    QList<StepUpRequest> stepUps;
    QStringList withdrawn;
    QStringList warnings;

    static ConsentAnswer allow(ScopeSet scopes = {QStringLiteral("mcp:read")})
    {
        ConsentAnswer answer;
        answer.allowed = true;
        answer.scopes = std::move(scopes);
        return answer;
    }

    QFuture<ConsentAnswer> askConsent(ConsentRequest request) override
    {
        asked << request;
        const auto promise = std::make_shared<QPromise<ConsentAnswer>>();
        promise->start();
        m_open.insert(request.id, promise);
        const auto future = promise->future();
        if (atOnce)
            answer(*atOnce);
        return future;
    }

    void withdrawConsent(const QString &id) override
    {
        withdrawn << id;
        m_open.remove(id);
    }

    QFuture<StepUpAnswer> askStepUp(StepUpRequest request) override
    {
        stepUps << request;
        const auto promise = std::make_shared<QPromise<StepUpAnswer>>();
        promise->start();
        m_openStepUps.insert(request.id, promise);
        const auto future = promise->future();
        if (stepUpAtOnce)
            answerStepUp(*stepUpAtOnce);
        return future;
    }

    void withdrawStepUp(const QString &id) override
    {
        withdrawn << id;
        m_openStepUps.remove(id);
    }

    /// Answers the newest question about a call.
    void answerStepUp(StepUpChoice choice)
    {
        const auto promise = m_openStepUps.take(stepUps.last().id);
        promise->addResult(StepUpAnswer{choice});
        promise->finish();
    }

    void warn(const QString &title, const QString &text) override
    {
        warnings << title + QStringLiteral(" ") + text;
    }

    /// Answers the newest question.
    void answer(const ConsentAnswer &answer) { answerTo(asked.last().id, answer); }
    /// Answers the oldest one that is open.
    void answerFirst(const ConsentAnswer &answer)
    {
        for (const ConsentRequest &request : std::as_const(asked)) {
            if (m_open.contains(request.id)) {
                answerTo(request.id, answer);
                return;
            }
        }
    }
    [[nodiscard]] bool isAsking() const { return !m_open.isEmpty(); }

    /// The window is gone without an answer.
    void vanish()
    {
        m_open.clear();
        m_openStepUps.clear();
    }

    QFuture<SignInShown> showSignIn(SignInRequest) override { return {}; }
    void signInEnded(const QString &, const QString &) override {}

private:
    void answerTo(const QString &id, const ConsentAnswer &answer)
    {
        const auto promise = m_open.take(id);
        promise->addResult(answer);
        promise->finish();
    }

    QHash<QString, std::shared_ptr<QPromise<ConsentAnswer>>> m_open;
    QHash<QString, std::shared_ptr<QPromise<StepUpAnswer>>> m_openStepUps;
};

} // namespace flaredeck::oauth
