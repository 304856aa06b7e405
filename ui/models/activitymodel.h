#pragma once

#include "core/store/history.h"
#include "ui/models/activityfilter.h"

#include <QAbstractTableModel>

namespace flaredeck::ui {

/// Calls, newest first, read page by page as the view scrolls; new ones appear on top.
class ActivityModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Columns { Time, Client, Tool, Account, OutcomeColumn, Took, Size, ColumnCount };

    static constexpr int kPage = 200;
    static constexpr int kMostKept =
        20'000; ///< older rows leave memory and are read again on scroll

    /// `reader` outlives the model. `only` > 0: no more than that many, without paging.
    explicit ActivityModel(store::HistoryReader &reader, QObject *parent = nullptr, int only = 0);

    [[nodiscard]] const ActivityFilter &filter() const { return m_filter; }
    /// Reads the first page anew.
    void setFilter(const ActivityFilter &filter);
    void reload();
    /// Adds what was written since the newest row; how many, or nothing when all was read anew.
    std::optional<int> readNew();
    /// Relative dates have grown older.
    void touch();

    [[nodiscard]] const store::CallRecord *at(int row) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index,
                                int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role = Qt::DisplayRole) const override;
    [[nodiscard]] bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;

signals:
    void failed(const QString &problem);

private:
    [[nodiscard]] QString text(const store::CallRecord &call, int column) const;
    [[nodiscard]] static int kind(int column);
    void trim();

    const int m_pageSize;
    const int m_mostKept;
    store::HistoryReader &m_reader;
    ActivityFilter m_filter;
    store::CallFilter m_query; ///< of m_filter, fixed at reload so that pages fit together
    QList<store::CallRecord> m_calls;
    bool m_more = false;
};

} // namespace flaredeck::ui
