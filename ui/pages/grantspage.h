#pragma once

#include "ui/archive.h"
#include "ui/models/grantmodel.h"
#include "ui/pages/page.h"

class QSortFilterProxyModel;

namespace flaredeck::ui {

class DataTable;
class GrantDetail;
class MasterDetail;

/// Which client may do what with which account, and the buttons that revoke it.
class GrantsPage : public Page
{
    Q_OBJECT

public:
    explicit GrantsPage(const PageContext &context, QWidget *parent = nullptr);

    void setSnapshot(const service::SnapshotPtr &snapshot) override;
    void readHistory() override;
    void tick() override;

private:
    void showCurrent();
    void revokeSelected();

    service::CommandQueue &m_commands;
    Archive &m_archive;
    Reading m_calls;
    service::SnapshotPtr m_snapshot;
    GrantModel *m_model;
    QSortFilterProxyModel *m_sorted;
    DataTable *m_table;
    GrantDetail *m_detail;
    MasterDetail *m_split;
    QPushButton *m_revokeAll;
    QPushButton *m_connect;
};

} // namespace flaredeck::ui
