#pragma once

#include "ui/pages/settingsection.h"

class QLineEdit;
class QPushButton;

namespace flaredeck::service {
class CommandQueue;
}

namespace flaredeck::ui {

class CopyButton;

/// The person's own OAuth client at the provider.
class OAuthClientSection : public SettingSection
{
    Q_OBJECT

public:
    explicit OAuthClientSection(service::CommandQueue &commands, QWidget *parent = nullptr);

    void setSnapshot(const service::Snapshot &snapshot) override;

private:
    void save();
    void chooseFile();
    void importFile(const QString &file);

    service::CommandQueue &m_commands;
    QLineEdit *m_id;
    QLineEdit *m_secret;
    QPushButton *m_save;
    Row m_effective{};
    Row m_redirectUri{};
    CopyButton *m_redirect = nullptr;
    Row m_scopes{};
    CopyButton *m_copyScopes = nullptr;
};

} // namespace flaredeck::ui
