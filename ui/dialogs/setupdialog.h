#pragma once

#include "core/connect/connector.h"

#include <QDialog>

class QButtonGroup;
class QCheckBox;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace flaredeck::service {
class CommandQueue;
struct SetupOrder;
} // namespace flaredeck::service

namespace flaredeck::ui {

class CopyRow;
class JsonView;

/// Shows what would be changed in a client's configuration, and writes it when the person says so.
/// Accepted when it was written.
class SetupDialog : public QDialog
{
    Q_OBJECT

public:
    SetupDialog(service::CommandQueue &commands, connect::ClientSetup setup,
                QWidget *parent = nullptr);

private:
    void addWays(QVBoxLayout *column);
    [[nodiscard]] service::SetupOrder order() const;
    void plan();
    void take(const Result<connect::SetupPlan> &plan);
    void write();
    void openLink();
    void say(const QString &problem);

    service::CommandQueue &m_commands;
    const connect::ClientSetup m_setup;
    connect::SetupPlan m_plan;
    int m_planned = 0; ///< plans that were asked for; an older answer counts for nothing
    QButtonGroup *m_ways;
    QCheckBox *m_hosted;
    QLabel *m_where;
    JsonView *m_difference;
    QLabel *m_replaces;
    QLabel *m_problem;
    QLabel *m_note;
    CopyRow *m_command;
    QPushButton *m_open; ///< in the client, by the link
    CopyRow *m_link;
    QPushButton *m_write;
};

} // namespace flaredeck::ui
