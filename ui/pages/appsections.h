#pragma once

#include "core/base/settings.h"
#include "ui/pages/page.h"
#include "ui/pages/settingsection.h"

class QLineEdit;
class QSpinBox;

namespace flaredeck::ui {

/// Where the server listens, and what it offers to clients.
class ServerSection : public SettingSection
{
    Q_OBJECT

public:
    explicit ServerSection(const PageContext &context, QWidget *parent = nullptr);
    void setSnapshot(const service::Snapshot &snapshot) override;

private:
    void apply();
    void applyOrigins();
    Row addSwitch(const Setting<bool> &setting, const QString &name, const QString &note);

    service::CommandQueue &m_commands;
    Settings &m_settings;
    QSpinBox *m_port;
    QPushButton *m_apply;
    QLineEdit *m_origins;
    QPushButton *m_applyOrigins;
    Row m_row{};
    Row m_documents{};
    quint16 m_current = 0;
    bool m_sandbox = false;
};

/// What the history stores of calls.
class PrivacySection : public SettingSection
{
    Q_OBJECT

public:
    explicit PrivacySection(const PageContext &context, QWidget *parent = nullptr);

private:
    void clearHistory();
    service::CommandQueue &m_commands;
};

class AppearanceSection : public SettingSection
{
    Q_OBJECT

public:
    explicit AppearanceSection(const PageContext &context, QWidget *parent = nullptr);
};

} // namespace flaredeck::ui
