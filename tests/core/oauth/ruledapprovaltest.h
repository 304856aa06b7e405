#pragma once

#include "tests/core/oauth/approvaltest.h"

namespace flaredeck::oauth {

/// A test of calls that a rule stops, and the person who is asked about them.
class RuledApprovalTest : public ApprovalTest
{
protected:
    const QString kTool = QStringLiteral("kv_namespace_create");
    const QString kWrite = QStringLiteral("kv:write");

    AskedCall made(const QByteArray &fingerprint = "one",
                   const QString &session = QStringLiteral("s1"), Effect effect = Effect::Changes)
    {
        AskedCall call = callOf(kTool, fingerprint);
        call.isAsked = true;
        call.effect = effect;
        call.session = session;
        return call;
    }
    std::shared_ptr<WaitingCall> call(const QByteArray &fingerprint = "one",
                                      const QString &session = QStringLiteral("s1"),
                                      Effect effect = Effect::Changes)
    {
        return send(made(fingerprint, session, effect));
    }
    /// A call whose question is on the screen.
    std::shared_ptr<WaitingCall> shownCall(const QByteArray &fingerprint = "one",
                                           const QString &session = QStringLiteral("s1"),
                                           Effect effect = Effect::Changes)
    {
        return shown([&] { return call(fingerprint, session, effect); });
    }
    void begin(const CallApprovalTimes &times = {})
    {
        start(times);
        m_rules.clear();
        m_approvals->setAllowAlways([this](const ClientId &client, const QString &tool) {
            const auto saved = m_issuer->vault->rules.save(
                {client, QStringLiteral("tool:") + tool, Policy::Allow, m_issuer->clock.now()});
            if (saved)
                m_rules << tool;
            return saved;
        });
    }
    [[nodiscard]] qsizetype asked() const { return m_prompter.stepUps.size(); }

    QStringList m_rules;
};

} // namespace flaredeck::oauth
