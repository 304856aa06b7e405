#pragma once

#include "core/service/forgetplan.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace flaredeck::service {
class CommandQueue;
}

namespace flaredeck::ui {

/// Shows all that would be taken away, and takes it away when the person has typed the word. The
/// program ends after that, so that the dialog is accepted and shows nothing more.
class ForgetDialog : public QDialog
{
    Q_OBJECT

public:
    explicit ForgetDialog(service::CommandQueue &commands, QWidget *parent = nullptr);

    void reject() override;

private:
    void plan();
    void take(const Result<service::ForgetPlan> &plan);
    void forget();
    void say(const QString &text, bool isProblem);
    void allow();

    service::CommandQueue &m_commands;
    service::ForgetPlan m_plan;
    bool m_isRunning = false; ///< cannot be stopped half way
    QLabel *m_state;
    QVBoxLayout *m_list;
    QLabel *m_ask;
    QLineEdit *m_word;
    QPushButton *m_again;
    QPushButton *m_cancel;
    QPushButton *m_forget;
};

} // namespace flaredeck::ui
