#pragma once

#include "core/oauth/clients/personclient.h"

#include <QDialog>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QStackedLayout;

namespace flaredeck::service {
class CommandQueue;
}

namespace flaredeck::ui {

/// Adds a client by hand; afterwards shows its id, and its secret this once.
class AddClientDialog : public QDialog
{
    Q_OBJECT

public:
    /// `ownPort`: of this server, where no answer may go.
    AddClientDialog(service::CommandQueue &commands, quint16 ownPort, QWidget *parent = nullptr);

private:
    QWidget *buildForm();
    [[nodiscard]] oauth::personclient::Draft draft() const;
    void check();
    void add();
    void showAdded(const oauth::personclient::Added &added);

    service::CommandQueue &m_commands;
    const quint16 m_ownPort;
    QStackedLayout *m_steps;
    QLineEdit *m_name;
    QPlainTextEdit *m_redirects;
    QCheckBox *m_confidential;
    QLabel *m_problem;
    QPushButton *m_add;
};

} // namespace flaredeck::ui
