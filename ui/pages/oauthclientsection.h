#pragma once

#include "ui/pages/settingsection.h"

class QLineEdit;
class QPushButton;

namespace flaredeck::ui {

class Commands;
class CopyButton;

/// The person's own OAuth client at Cloudflare.
class OAuthClientSection : public SettingSection
{
    Q_OBJECT

public:
    explicit OAuthClientSection(Commands &commands, QWidget *parent = nullptr);

    void setSnapshot(const service::Snapshot &snapshot) override;

private:
    void save();
    void chooseFile();
    void importFile(const QString &file);

    Commands &m_commands;
    QLineEdit *m_id;
    QLineEdit *m_secret;
    QPushButton *m_save;
    Row m_effective{};
    Row m_redirectUri{};
    CopyButton *m_redirect = nullptr;
};

} // namespace flaredeck::ui
