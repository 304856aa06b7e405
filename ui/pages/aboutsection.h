#pragma once

#include "core/base/origin.h"
#include "ui/pages/page.h"
#include "ui/pages/settingsection.h"

namespace flaredeck::ui {

class CopyButton;
class FactList;

/// Which Flaredeck this is, where it comes from and keeps its data; all that a request for help
/// should say. Contains no secrets.
class AboutSection : public SettingSection
{
    Q_OBJECT

public:
    explicit AboutSection(const PageContext &context, Origin origin = flaredeck::origin(),
                          QWidget *parent = nullptr);
    void setSnapshot(const service::Snapshot &snapshot) override;

private:
    void addLinks();
    void addNotices(Settings &settings);
    void askApt();
    void refresh();

    const Origin m_origin;
    const QString m_dataDirectory;
    QString m_repository; ///< that apt has the package from; empty = not known
    service::Snapshot m_shot;
    FactList *m_facts;
    CopyButton *m_copy;
};

/// Leads to the dialog that takes everything away.
class ForgetSection : public SettingSection
{
    Q_OBJECT

public:
    explicit ForgetSection(const PageContext &context, QWidget *parent = nullptr);
};

} // namespace flaredeck::ui
