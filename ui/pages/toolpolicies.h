#pragma once

#include "core/service/snapshot.h"
#include "core/tools/rulebook.h"

#include <QWidget>

class QMenu;
class QPushButton;
class QVBoxLayout;

namespace flaredeck::ui {

class PolicyBox;

/// What happens to the calls of a tool, for all clients and for those that are exceptions.
class ToolPolicies : public QWidget
{
    Q_OBJECT

public:
    explicit ToolPolicies(QWidget *parent = nullptr);

    /// `client` is shown in any case, when it is not empty.
    void setTool(const tools::ToolDefinition &tool, const service::Snapshot &snapshot,
                 const ClientId &client);

signals:
    void ruleChosen(const flaredeck::ClientId &client, const QString &subject,
                    std::optional<flaredeck::Policy> policy);

private:
    struct Row {
        ClientId client; ///< empty = all
        QString name;
        PolicyBox *box = nullptr;
    };

    void build(const QList<Row> &rows);
    void fillMenu();

    QString m_subject;
    QList<Row> m_rows;
    QList<Row> m_others; ///< clients without a rule, for the menu
    QWidget *m_list;
    QVBoxLayout *m_column;
    QPushButton *m_add;
    QMenu *m_menu;
};

} // namespace flaredeck::ui
