#pragma once

#include "core/store/history.h"
#include "ui/pages/page.h"

namespace flaredeck::ui {

class ActivityModel;
class CallDetail;
class DataTable;
class FilterBar;
class MasterDetail;
struct ActivityFilter;

/// Every tool call, live, newest first.
class ActivityPage : public Page
{
    Q_OBJECT

public:
    explicit ActivityPage(const PageContext &context, QWidget *parent = nullptr);

    void setSnapshot(const service::SnapshotPtr &snapshot) override;
    void readHistory() override;
    void historyCleared() override;
    void find() override;
    void tick() override;

private:
    void applyFilter(const ActivityFilter &filter);
    void readAnew();
    void showState();
    void showCurrent();

    Settings &m_settings;
    store::HistoryReader m_history;
    ActivityModel *m_model;
    FilterBar *m_filter;
    DataTable *m_table;
    CallDetail *m_detail;
    MasterDetail *m_split;
    QPushButton *m_clearFilter;
    QPushButton *m_copyExample;
    QPushButton *m_retry;
    QString m_problem;
    qint64 m_total = 0;
    qint64 m_shown = 0; ///< id of the call in the detail
    bool m_read = false;
};

} // namespace flaredeck::ui
