#pragma once

#include "core/prompt/prompter.h"
#include "ui/dialogs/promptdialog.h"

#include <QTimer>

class QPushButton;

namespace flaredeck::ui {

/// A call waits for a person: who calls, from which program, what exactly, and either what a yes
/// would open or what the call would change. Closing it means no.
class CallApprovalDialog : public PromptDialog
{
    Q_OBJECT

public:
    explicit CallApprovalDialog(const CallApprovalRequest &request, QWidget *parent = nullptr);

    void reject() override;

signals:
    /// Exactly once, unless the dialog is destroyed before.
    void answered(const flaredeck::CallApprovalAnswer &answer);

protected:
    void updateButtons() override;

private:
    QWidget *buildScopes(const CallApprovalRequest &request);
    QWidget *buildChange(const CallApprovalRequest &request);
    QWidget *buildFoot(const CallApprovalRequest &request);
    void countDown();
    void allow(CallApprovalChoice choice);
    void answer(CallApprovalChoice choice);

    QPushButton *m_deny;
    QPushButton *m_once;
    QPushButton *m_session;
    QPushButton *m_always;
    QLabel *m_left; ///< how long the question stays
    QTimer m_second;
    const Millis m_expiresAt;
    bool m_answered = false;
};

} // namespace flaredeck::ui
