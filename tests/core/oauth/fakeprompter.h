#pragma once

#include "core/prompt/prompter.h"

#include <QList>

#include <map>
#include <optional>
#include <utility>

namespace flaredeck::oauth {

/// A person who answers at once, or when the test says so.
class FakePrompter : public Prompter
{
public:
    std::optional<ConsentAnswer> atOnce; ///< empty = answer() comes later
    QList<ConsentRequest> asked;
    std::optional<CallApprovalChoice> stepUpAtOnce; ///< empty = answerStepUp() comes later
    QList<CallApprovalRequest> stepUps;
    QStringList withdrawn;
    QStringList warnings;

    static ConsentAnswer allow(ScopeSet scopes = {QStringLiteral("mcp:read")})
    {
        ConsentAnswer answer;
        answer.allowed = true;
        answer.scopes = std::move(scopes);
        return answer;
    }

    void ask(const prompt::AnyQuestion &question) override
    {
        if (const auto *consent = std::get_if<prompt::Consent>(&question)) {
            asked << consent->request();
            m_open.emplace(consent->request().id, *consent);
            if (atOnce)
                answer(*atOnce);
        } else if (const auto *stepUp = std::get_if<prompt::CallApproval>(&question)) {
            stepUps << stepUp->request();
            m_openStepUps.emplace(stepUp->request().id, *stepUp);
            if (stepUpAtOnce)
                answerStepUp(*stepUpAtOnce);
        }
    }

    void withdraw(const QString &id, const QString & = {}) override
    {
        withdrawn << id;
        m_open.erase(id);
        m_openStepUps.erase(id);
    }

    /// Answers the newest question about a call.
    void answerStepUp(CallApprovalChoice choice)
    {
        take(m_openStepUps, stepUps.last().id).answer(CallApprovalAnswer{choice});
    }

    void warn(const QString &title, const QString &text) override
    {
        warnings << title + QStringLiteral(" ") + text;
    }

    /// Answers the newest question.
    void answer(const ConsentAnswer &answer) { take(m_open, asked.last().id).answer(answer); }
    /// Answers the oldest one that is open.
    void answerFirst(const ConsentAnswer &answer)
    {
        for (const ConsentRequest &request : std::as_const(asked)) {
            if (m_open.contains(request.id)) {
                take(m_open, request.id).answer(answer);
                return;
            }
        }
    }
    [[nodiscard]] bool isAsking() const { return !m_open.empty(); }

    /// The window is gone without an answer.
    void vanish()
    {
        m_open.clear();
        m_openStepUps.clear();
    }

private:
    template <typename Asked>
    static Asked take(std::map<QString, Asked> &open, const QString &id)
    {
        return std::move(open.extract(id).mapped());
    }

    std::map<QString, prompt::Consent> m_open;
    std::map<QString, prompt::CallApproval> m_openStepUps;
};

} // namespace flaredeck::oauth
