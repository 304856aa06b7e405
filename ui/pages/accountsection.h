#pragma once

#include "ui/pages/settingsection.h"

#include <QPointer>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace flaredeck {
class Settings;
}

namespace flaredeck::service {
class CommandQueue;
}

namespace flaredeck::ui {

class KeychainDialog;

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
    /// The scopes that the login has and lacks.
    QLabel *rightsLine(const store::Login &login);
    void showKeychain(const service::Snapshot &snapshot);
    void openChoices();
    void askRotate();
    void signIn();
    void addToken();
    void askSignOut(const store::Login &login);

    service::CommandQueue &m_commands;
    QWidget *m_logins;
    QList<store::Login> m_shown;
    bool m_everShown = false;
    QPushButton *m_signIn;
    QPushButton *m_cancel;
    QComboBox *m_surface;
    QLineEdit *m_token;
    QPushButton *m_addToken;
    QPushButton *m_choose;
    QPushButton *m_rotate;
    Row m_keychain{};
    service::Snapshot m_snapshot;
    QPointer<KeychainDialog> m_choices;
    QString m_running;
};

} // namespace flaredeck::ui
