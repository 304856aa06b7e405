#pragma once

#include "ui/pages/settingsection.h"

#include <QPointer>

class QComboBox;
class QLabel;
class QPushButton;

namespace flaredeck {
class Settings;
}

namespace flaredeck::service {
class CommandQueue;
}

namespace flaredeck::ui {

class KeychainDialog;
class SignInDialog;

/// The login, and where it is stored.
class AccountSection : public SettingSection
{
    Q_OBJECT

public:
    AccountSection(service::CommandQueue &commands, Settings &settings, QWidget *parent = nullptr);

    void setSnapshot(const service::Snapshot &snapshot) override;

private:
    void buildSignIn(Settings &settings);
    void showLogins(const QList<store::Login> &logins);
    QWidget *loginRow(const store::Login &login);
    /// What it opens, until when, and what came of its last refresh or test.
    static QLabel *healthLine(const store::Login &login);
    void showKeychain(const service::Snapshot &snapshot);
    void openChoices();
    void askRotate();
    void signIn();
    void test(const store::Login &login);
    void askSignOut(const store::Login &login);

    service::CommandQueue &m_commands;
    QWidget *m_logins;
    QList<store::Login> m_shown;
    bool m_everShown = false;
    QPushButton *m_signIn;
    QPushButton *m_cancel;
    QComboBox *m_surface;
    QPushButton *m_choose;
    QPushButton *m_rotate;
    Row m_keychain{};
    service::Snapshot m_snapshot;
    QPointer<KeychainDialog> m_choices;
    QPointer<SignInDialog> m_ways;
    QString m_running;
};

} // namespace flaredeck::ui
