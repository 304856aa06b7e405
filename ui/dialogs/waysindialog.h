#pragma once

#include "core/service/snapshot.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace flaredeck::service {
class CommandQueue;
}

namespace flaredeck::ui {

/// There is no client ID to sign in with: the three ways on. The sandbox needs no account, an API
/// token no client ID, and an OAuth client the values that stand here.
class WaysInDialog : public QDialog
{
    Q_OBJECT

public:
    WaysInDialog(service::CommandQueue &commands, const service::Snapshot &snapshot,
                 QWidget *parent = nullptr);

private:
    QVBoxLayout *addWay(QVBoxLayout *column, const QString &title, const QString &text);
    void addToken();
    void saveClient();
    void say(const QString &text);

    service::CommandQueue &m_commands;
    QLineEdit *m_token;
    QPushButton *m_addToken;
    QLineEdit *m_clientId;
    QPushButton *m_signIn;
    QLabel *m_answer;
};

void showWaysIn(service::CommandQueue &commands, const service::Snapshot &snapshot,
                QWidget *parent);

} // namespace flaredeck::ui
