#pragma once

#include "core/service/snapshot.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace flaredeck::ui {

class Commands;

/// There is no client ID to sign in with: the three ways on. The sandbox needs no account, an API
/// token no client ID, and an OAuth client the values that stand here.
class WaysInDialog : public QDialog
{
    Q_OBJECT

public:
    WaysInDialog(Commands &commands, const service::Snapshot &snapshot, QWidget *parent = nullptr);

private:
    QVBoxLayout *addWay(QVBoxLayout *column, const QString &title, const QString &text);
    void addToken();
    void saveClient();
    void say(const QString &text);

    Commands &m_commands;
    QLineEdit *m_token;
    QPushButton *m_addToken;
    QLineEdit *m_clientId;
    QPushButton *m_signIn;
    QLabel *m_answer;
};

void showWaysIn(Commands &commands, const service::Snapshot &snapshot, QWidget *parent);

} // namespace flaredeck::ui
