#pragma once

#include "core/store/history/history.h"
#include "ui/archive.h"
#include "ui/models/toolmodel.h"
#include "ui/pages/page.h"

class QComboBox;
class QLineEdit;
class QMenu;

namespace flaredeck::ui {

class ClientToolsCard;
class DataTable;
class MasterDetail;
class ToolDefaults;
class ToolDetail;

/// Every tool, what happens to its calls, for all clients or for one, and a form to try it.
class ToolsPage : public Page
{
    Q_OBJECT

public:
    explicit ToolsPage(const PageContext &context, QWidget *parent = nullptr);

    void setSnapshot(const service::SnapshotPtr &snapshot) override;
    void readHistory() override;
    void find() override;
    void tick() override;

    /// Shows the policies of one client; empty = all.
    void showClient(const ClientId &client);
    /// Shows the tool, fills its form and runs it; what changes something asks first. False when
    /// there is no such tool.
    bool runTool(const QString &tool, const Json &arguments, const QString &account);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QWidget *buildFilter();
    void fillClients();
    void rebuild();
    void choose();
    void showState();
    void showCurrent();
    void clickCell(const QModelIndex &index);
    void openMenu(const QModelIndex &index);
    void setRule(const ClientId &client, const QString &subject, std::optional<Policy> policy);
    void switchToolset(const QString &toolset, bool isOn);
    [[nodiscard]] const service::ClientView *client() const;

    service::CommandQueue &m_commands;
    Archive &m_archive;
    Settings &m_settings;
    Reading m_reading;
    service::SnapshotPtr m_snapshot;
    tools::RuleBook m_rules;
    std::optional<QHash<QString, store::ToolCount>> m_counts;
    QString m_problem; ///< why calls are not counted
    ClientId m_client; ///< whose policies are shown; empty = all
    ToolModel *m_model;
    SortedTools *m_sorted;
    QComboBox *m_clients;
    ToolDefaults *m_defaults;
    ClientToolsCard *m_card;
    QLineEdit *m_search;
    QComboBox *m_toolsets;
    QComboBox *m_effects;
    QComboBox *m_policies;
    DataTable *m_table;
    ToolDetail *m_detail;
    MasterDetail *m_split;
    QPushButton *m_clear;
    QMenu *m_menu;
};

} // namespace flaredeck::ui
