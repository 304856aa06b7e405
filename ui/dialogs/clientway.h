#pragma once

#include "ui/dialogs/signinway.h"

namespace flaredeck::service {
class CommandQueue;
}

namespace flaredeck::ui {

class CopyButton;
class ElidedLabel;

/// An OAuth client of one's own: the values to enter in the provider's dashboard, the client id
/// that comes back, and the sign-in with it.
class ClientWay : public SignInWay
{
    Q_OBJECT

public:
    explicit ClientWay(service::CommandQueue &commands, QWidget *parent = nullptr);

    void setSnapshot(const service::Snapshot &snapshot) override;
    void setScopes(const ScopeSet &scopes) override;
    void offer(const QString &text) override;

private:
    struct Value {
        ElidedLabel *text = nullptr;
        CopyButton *copy = nullptr;
        void set(const QString &value) const;
    };
    Value addValue(const QString &name, const QString &value, const QString &copyName);
    void nameButton();
    void saveAndSignIn();
    void signIn();
    void signInWithout();

    service::CommandQueue &m_commands;
    Value m_redirect;
    Value m_scopes;
    QLineEdit *m_id;
    QPushButton *m_paste;
    QPushButton *m_signIn;
    QPushButton *m_without;
    QString m_offered;
    service::Snapshot m_snapshot;
    bool m_everShown = false;
};

} // namespace flaredeck::ui
