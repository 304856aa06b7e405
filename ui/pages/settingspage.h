#pragma once

#include "ui/pages/page.h"

namespace flaredeck::ui {

class SettingSection;

class SettingsPage : public Page
{
    Q_OBJECT

public:
    explicit SettingsPage(const PageContext &context, QWidget *parent = nullptr);

    void setSnapshot(const service::SnapshotPtr &snapshot) override;

private:
    QList<SettingSection *> m_sections;
};

} // namespace flaredeck::ui
