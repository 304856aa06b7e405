#include "ui/models/activitymodel.h"

#include "ui/text/format.h"

namespace flaredeck::ui {

using store::CallRecord;

namespace {

QList<Column<CallRecord>> activityColumns()
{
    return {
        momentColumn<CallRecord>(ActivityModel::tr("Time"), CellKind::Mono, format::clockTime,
                                 &CallRecord::startedAt),
        {.title = ActivityModel::tr("Client"),
         .kind = CellKind::Tile,
         .text =
             [](const CallRecord &call) {
                 return call.clientName.isEmpty() ? ActivityModel::tr("Unnamed client")
                                                  : call.clientName;
             }},
        {.title = ActivityModel::tr("Tool"), .kind = CellKind::Mono, .text = &CallRecord::tool},
        {.title = ActivityModel::tr("Account"),
         .kind = CellKind::Secondary,
         .text =
             [](const CallRecord &call) {
                 return call.accountName.isEmpty() ? QStringLiteral("—") : call.accountName;
             }},
        {.title = ActivityModel::tr("Outcome"),
         .kind = CellKind::Pill,
         .text = [](const CallRecord &call) { return outcometext::word(call.outcome); },
         .toolTip = &CallRecord::error,
         .tone = [](const CallRecord &call) { return outcometext::tone(call.outcome); },
         .icon = [](const CallRecord &call) { return outcometext::icon(call.outcome); }},
        {.title = ActivityModel::tr("Took"),
         .text =
             [](const CallRecord &call) {
                 return call.outcome == store::Outcome::Denied ? QStringLiteral("—")
                                                               : format::duration(call.durationUs);
             },
         .isNumber = true},
        {.title = ActivityModel::tr("Size"),
         .kind = CellKind::Secondary,
         .text = [](const CallRecord &call) { return format::bytes(call.bytesOut); },
         .toolTip =
             [](const CallRecord &call) {
                 return ActivityModel::tr("%1 in, %2 out")
                     .arg(format::bytes(call.bytesIn), format::bytes(call.bytesOut));
             },
         .isNumber = true},
    };
}

} // namespace

ActivityModel::ActivityModel(Archive &archive, QObject *parent, int only)
    : PagedModel(
          activityColumns(), [this, &archive](const Range &range) { return read(archive, range); },
          parent, only)
{
}

void ActivityModel::setFilter(const ActivityFilter &filter)
{
    m_filter = filter;
    reload();
}

QFuture<ActivityModel::Rows> ActivityModel::read(Archive &archive, const Range &range)
{
    if (range.above == 0 && range.below == 0)
        m_query = m_filter.toCallFilter(format::now());
    return archive.calls([query = m_query, range](store::HistoryReader &reader) {
        return range.above > 0 ? reader.callsSince(query, range.above, range.limit)
                               : reader.calls(query, range.below, range.limit);
    });
}

} // namespace flaredeck::ui
