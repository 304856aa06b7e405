#pragma once

#include "ui/models/servermodel.h"
#include "ui/pages/page.h"

class QSortFilterProxyModel;

namespace flaredeck::ui {

class DataTable;
class MasterDetail;
class ServerDetail;

/// The remote MCP servers whose tools clients can be granted: the provider's own, and those that
/// the person added.
class ServersPage : public Page
{
    Q_OBJECT

public:
    explicit ServersPage(const PageContext &context, QWidget *parent = nullptr);

    void setSnapshot(const service::SnapshotPtr &snapshot) override;
    void tick() override;

private:
    void showCurrent();
    void addServer();

    service::CommandQueue &m_commands;
    service::SnapshotPtr m_snapshot;
    ServerModel *m_model;
    QSortFilterProxyModel *m_sorted;
    DataTable *m_table;
    ServerDetail *m_detail;
    MasterDetail *m_split;
    QPushButton *m_addFirst;
    QString m_selectNext; ///< a server that was just added
};

} // namespace flaredeck::ui
