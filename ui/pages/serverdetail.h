#pragma once

#include "core/base/result.h"
#include "core/remote/remotes.h"
#include "ui/widgets/masterdetail.h"

#include <QFuture>

class QLabel;
class QPushButton;

namespace flaredeck::service {
class CommandQueue;
}

namespace flaredeck::ui {

class FactList;
class ToggleSwitch;

/// One remote server: whether it is on, its sign-in, and what it offers.
class ServerDetail : public DetailPane
{
    Q_OBJECT

public:
    explicit ServerDetail(service::CommandQueue &commands, QWidget *parent = nullptr);

    void setServer(const remote::RemoteView &view);

private:
    void showSignIn();
    void showTools();
    QWidget *toolRow(const store::RemoteTool &tool);
    void switchOn(bool isOn);
    void signIn();
    void signOut();
    void test();
    void remove();

    service::CommandQueue &m_commands;
    remote::RemoteView m_view;
    QLabel *m_about;
    QLabel *m_problem;
    ToggleSwitch *m_switch;
    FactList *m_facts;
    QPushButton *m_signIn;
    QPushButton *m_signOut;
    QPushButton *m_test;
    QPushButton *m_remove;
    QLabel *m_signInNote;
    QLabel *m_testNote;
    QLabel *m_signOutNote;
    QLabel *m_removeNote;
    QLabel *m_toolsTitle;
    QLabel *m_toolsNote;
    QWidget *m_tools;
    QList<store::RemoteTool> m_shownTools;
    QString m_shown;
    bool m_isTesting = false;
};

} // namespace flaredeck::ui
