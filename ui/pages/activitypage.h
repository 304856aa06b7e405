#pragma once

#include "ui/archive.h"
#include "ui/pages/page.h"

#include <optional>

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
    /// The number of calls added on top; nullopt when all were read anew.
    void take(const Result<std::optional<int>> &added);
    void showState();
    void showCurrent();

    [[nodiscard]] bool isKnown(const ClientId &client) const;
    void makeRule(const ClientId &client, const QString &subject, Policy policy);

    service::CommandQueue &m_commands;
    service::SnapshotPtr m_snapshot;
    Settings &m_settings;
    Archive &m_archive;
    Reading m_count;
    Reading m_call; ///< reads the call in the detail
    ActivityModel *m_model;
    FilterBar *m_filter;
    DataTable *m_table;
    CallDetail *m_detail;
    MasterDetail *m_split;
    QPushButton *m_clearFilter;
    QPushButton *m_copyExample;
    QPushButton *m_retry;
    QString m_problem;
    std::optional<qint64> m_total; ///< number of matching calls; unknown until counted
    QString m_current;             ///< id of the selected call, to select it after a reload
    qint64 m_shown = 0;            ///< id of the call in the detail
};

} // namespace flaredeck::ui
