#pragma once

#include "ui/models/activityfilter.h"
#include "ui/models/pagedmodel.h"

namespace flaredeck::ui {

/// The table of calls.
class ActivityModel : public PagedModel<store::CallRecord>
{
    Q_OBJECT

public:
    /// In the order of the list in the source.
    enum Columns { Time, Client, Tool, Account, OutcomeColumn, Took, Size };

    /// `archive` outlives the model. `only` > 0: no more than that many, without paging.
    explicit ActivityModel(Archive &archive, QObject *parent = nullptr, int only = 0);

    [[nodiscard]] const ActivityFilter &filter() const { return m_filter; }
    /// Reads the first page anew.
    void setFilter(const ActivityFilter &filter);
    /// The filter() of the first page, used for all further pages so that they fit together.
    [[nodiscard]] const store::CallFilter &query() const { return m_query; }

protected:
    [[nodiscard]] qint64 number(const store::CallRecord &call) const override { return call.id; }

private:
    QFuture<Rows> read(Archive &archive, const Range &range);

    ActivityFilter m_filter;
    store::CallFilter m_query;
};

} // namespace flaredeck::ui
