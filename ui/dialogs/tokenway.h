#pragma once

#include "ui/dialogs/signinway.h"

#include <QUrl>

class QCheckBox;

namespace flaredeck::service {
class CommandQueue;
}

namespace flaredeck::ui {

class CopyButton;

/// An API token: the provider's page opens with the permissions filled in, the person confirms
/// there, and pastes the token here, where it is verified and tried.
class TokenWay : public SignInWay
{
    Q_OBJECT

public:
    explicit TokenWay(service::CommandQueue &commands, QWidget *parent = nullptr);

    void setSnapshot(const service::Snapshot &snapshot) override;
    void setScopes(const ScopeSet &scopes) override;
    void offer(const QString &text) override;

private:
    void arrange();
    void add();

    service::CommandQueue &m_commands;
    QPushButton *m_open;
    CopyButton *m_copy;
    QCheckBox *m_ofAccount;
    QLabel *m_look;
    QLineEdit *m_token;
    QPushButton *m_paste;
    QPushButton *m_add;
    QString m_offered;
    ScopeSet m_scopes;
    QUrl m_standIn; ///< where the stand-in's pages are; empty outside of the sandbox
    QUrl m_page;
};

} // namespace flaredeck::ui
