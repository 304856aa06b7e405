#pragma once

#include "ui/archive.h"
#include "ui/models/clientmodel.h"
#include "ui/pages/page.h"

class QSortFilterProxyModel;

namespace flaredeck::ui {

class ClientDetail;
class DataTable;
class MasterDetail;

/// Every registered client: which program it is, and whether it is connected.
class ClientsPage : public Page
{
    Q_OBJECT

public:
    explicit ClientsPage(const PageContext &context, QWidget *parent = nullptr);

    void setSnapshot(const service::SnapshotPtr &snapshot) override;
    void readHistory() override;
    void tick() override;

private:
    void showCurrent();
    void showSubtitle();
    void forgetCurrent();
    void revokeCurrent();
    void blockCurrent();
    /// What ends together with the client's access.
    [[nodiscard]] QStringList endingAccess(const service::ClientView &view) const;

    service::CommandQueue &m_commands;
    Archive &m_archive;
    Reading m_calls;
    service::SnapshotPtr m_snapshot;
    ClientModel *m_model;
    QSortFilterProxyModel *m_sorted;
    DataTable *m_table;
    ClientDetail *m_detail;
    MasterDetail *m_split;
    QPushButton *m_connect;
};

} // namespace flaredeck::ui
