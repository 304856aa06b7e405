#pragma once

#include "core/service/revokeorder.h"
#include "core/store/history.h"
#include "ui/models/grantmodel.h"
#include "ui/pages/page.h"

class QSortFilterProxyModel;

namespace flaredeck::ui {

class DataTable;
class GrantDetail;
class MasterDetail;

/// Who may do what with which account, and the way to take it back.
class GrantsPage : public Page
{
    Q_OBJECT

public:
    explicit GrantsPage(const PageContext &context, QWidget *parent = nullptr);

    void setSnapshot(const service::SnapshotPtr &snapshot) override;
    void readHistory() override;
    void tick() override;
    void revokeAll(); ///< asks first

private:
    void showCurrent();
    void revokeSelected();
    void revoke(const service::RevokeOrder &order);

    Commands &m_commands;
    store::HistoryReader m_history;
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
