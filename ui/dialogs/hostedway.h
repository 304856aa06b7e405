#pragma once

#include "ui/dialogs/signinway.h"

class QCheckBox;

namespace flaredeck::service {
class CommandQueue;
}

namespace flaredeck::ui {

/// The provider's own MCP servers, which need nothing but a sign-in. Hidden where there are none.
class HostedWay : public SignInWay
{
    Q_OBJECT

public:
    explicit HostedWay(service::CommandQueue &commands, QWidget *parent = nullptr);

    void setSnapshot(const service::Snapshot &snapshot) override;

private:
    void signIn();
    void switchDocumentation(bool isOn);

    service::CommandQueue &m_commands;
    QPushButton *m_signIn;
    QCheckBox *m_open; ///< the server that needs no sign-in
    QString m_name;    ///< of the server that the button signs in to
    QString m_openName;
};

} // namespace flaredeck::ui
