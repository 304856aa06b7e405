#pragma once

#include "core/prompt/prompter.h"
#include "ui/dialogs/promptdialog.h"

class QPushButton;

namespace flaredeck::ui {

/// A client called a tool that it may not use yet: who, which program, what exactly, and what a yes
/// would open. Closing it means no.
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
    QWidget *buildFoot();
    void allow(CallApprovalChoice choice);
    void answer(CallApprovalChoice choice);

    QPushButton *m_deny;
    QPushButton *m_once;
    QPushButton *m_always;
    bool m_answered = false;
};

} // namespace flaredeck::ui
