#pragma once

#include "core/service/commands.h"
#include "core/service/snapshot.h"
#include "ui/models/toolmodel.h"
#include "ui/widgets/masterdetail.h"

class QLabel;

namespace flaredeck::ui {

class CopyButton;
class FactList;
class PillLabel;
class ToggleSwitch;
class ToolPolicies;
class TryTool;

/// A tool in full: what it does, to whom it is allowed, its arguments, and a form to try it. Or a
/// toolset: its switch and its own address.
class ToolDetail : public DetailPane
{
    Q_OBJECT

public:
    explicit ToolDetail(service::CommandQueue &commands, QWidget *parent = nullptr);

    /// `client` is the one that the page is about; empty = all.
    void setRow(const ToolRow &row, const service::Snapshot &snapshot, const ClientId &client);
    [[nodiscard]] TryTool *form() const { return m_form; }

signals:
    void ruleChosen(const flaredeck::ClientId &client, const QString &subject,
                    std::optional<flaredeck::Policy> policy);
    void toolsetSwitched(const QString &toolset, bool isOn);

private:
    QWidget *buildTool();
    QWidget *buildToolset();
    void showTool(const ToolRow &row, const service::Snapshot &snapshot, const ClientId &client);
    void showToolset(const ToolRow &row, const service::Snapshot &snapshot, const ClientId &client);
    void showArguments(const Json &schema);

    QString m_shown; ///< whose arguments are listed
    QWidget *m_tool;
    PillLabel *m_effect;
    QLabel *m_description;
    QLabel *m_change;
    FactList *m_facts;
    ToolPolicies *m_policies;
    QWidget *m_arguments;
    TryTool *m_form;
    QWidget *m_toolset;
    QLabel *m_summary;
    QLabel *m_deprecated;
    ToggleSwitch *m_switch;
    QLabel *m_switchText;
    FactList *m_toolsetFacts;
    QLabel *m_address;
    CopyButton *m_copy;
    QString m_toolsetName;
};

} // namespace flaredeck::ui
