#include "ui/models/activitymodel.h"

#include "core/base/plaintext.h"
#include "ui/text/format.h"
#include "ui/text/surface.h"
#include "ui/widgets/cell.h"

namespace flaredeck::ui {

using store::CallRecord;

ActivityModel::ActivityModel(store::HistoryReader &reader, QObject *parent, int only)
    : QAbstractTableModel(parent)
    , m_pageSize(only > 0 ? only : kPage)
    , m_mostKept(only > 0 ? only : kMostKept)
    , m_reader(reader)
{
}

void ActivityModel::setFilter(const ActivityFilter &filter)
{
    m_filter = filter;
    reload();
}

void ActivityModel::reload()
{
    m_query = m_filter.toCallFilter(format::now());
    const auto page = m_reader.calls(m_query, 0, m_pageSize);
    beginResetModel();
    m_calls = page ? *page : QList<CallRecord>();
    m_more = m_calls.size() == m_pageSize && m_calls.size() < m_mostKept;
    endResetModel();
    if (!page)
        emit failed(page.error().text());
}

std::optional<int> ActivityModel::readNew()
{
    if (m_calls.isEmpty()) {
        reload();
        return {};
    }
    const auto page = m_reader.callsSince(m_query, m_calls.first().id, m_pageSize);
    if (!page) {
        emit failed(page.error().text());
        return 0;
    }
    if (page->isEmpty())
        return 0;
    if (page->size() == m_pageSize) {
        // A burst: newest first means that the page may not reach down to what is shown.
        reload();
        return {};
    }
    beginInsertRows({}, 0, int(page->size()) - 1);
    m_calls = *page + m_calls;
    endInsertRows();
    trim();
    return int(page->size());
}

void ActivityModel::trim()
{
    if (m_calls.size() <= m_mostKept)
        return;
    beginRemoveRows({}, m_mostKept, int(m_calls.size()) - 1);
    m_calls.resize(m_mostKept);
    endRemoveRows();
    m_more = m_mostKept > m_pageSize;
}

void ActivityModel::touch()
{
    if (!m_calls.isEmpty())
        emit dataChanged(index(0, Time), index(int(m_calls.size()) - 1, Time));
}

const CallRecord *ActivityModel::at(int row) const
{
    return row >= 0 && row < m_calls.size() ? &m_calls.at(row) : nullptr;
}

int ActivityModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_calls.size());
}

int ActivityModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString ActivityModel::text(const CallRecord &call, int column) const
{
    switch (column) {
    case Time:
        return format::clockTime(call.startedAt, format::now());
    case Client:
        return call.clientName.isEmpty() ? tr("Unnamed client") : call.clientName;
    case Tool:
        return call.tool;
    case Account:
        return call.accountName.isEmpty() ? QStringLiteral("—") : call.accountName;
    case OutcomeColumn:
        return outcometext::word(call.outcome);
    case Took:
        return call.outcome == store::Outcome::Denied ? QStringLiteral("—")
                                                      : format::duration(call.durationUs);
    case Size:
        return format::bytes(call.bytesOut);
    default:
        return {};
    }
}

int ActivityModel::kind(int column)
{
    switch (column) {
    case Client:
        return int(CellKind::Tile);
    case Time:
    case Tool:
        return int(CellKind::Mono);
    case OutcomeColumn:
        return int(CellKind::Pill);
    case Account:
    case Size:
        return int(CellKind::Secondary);
    default:
        return int(CellKind::Text);
    }
}

QVariant ActivityModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const CallRecord &call = m_calls.at(index.row());
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return plaintext::line(text(call, column));
    case Qt::ToolTipRole:
        if (column == Time)
            return format::exact(call.startedAt);
        if (column == OutcomeColumn)
            return surface::toolTip(call.error);
        if (column == Size)
            return tr("%1 in, %2 out")
                .arg(format::bytes(call.bytesIn), format::bytes(call.bytesOut));
        return {};
    case Qt::TextAlignmentRole:
        return int((column == Took || column == Size ? Qt::AlignRight : Qt::AlignLeft) |
                   Qt::AlignVCenter);
    case KindRole:
        return kind(column);
    case ToneRole:
        return column == OutcomeColumn ? outcometext::tone(call.outcome) : int(Tone::Neutral);
    case IconRole:
        return column == OutcomeColumn ? outcometext::icon(call.outcome) : QString();
    case IdRole:
        return QString::number(call.id);
    default:
        return {};
    }
}

QVariant ActivityModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole && (section == Took || section == Size))
        return int(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Time:
        return tr("Time");
    case Client:
        return tr("Client");
    case Tool:
        return tr("Tool");
    case Account:
        return tr("Account");
    case OutcomeColumn:
        return tr("Outcome");
    case Took:
        return tr("Took");
    case Size:
        return tr("Size");
    default:
        return {};
    }
}

bool ActivityModel::canFetchMore(const QModelIndex &parent) const
{
    return !parent.isValid() && m_more;
}

void ActivityModel::fetchMore(const QModelIndex &parent)
{
    if (parent.isValid() || !m_more || m_calls.isEmpty())
        return;
    const auto page = m_reader.calls(m_query, m_calls.last().id, m_pageSize);
    if (!page) {
        m_more = false;
        emit failed(page.error().text());
        return;
    }
    m_more = page->size() == m_pageSize;
    if (page->isEmpty())
        return;
    const int first = int(m_calls.size());
    beginInsertRows({}, first, first + int(page->size()) - 1);
    m_calls += *page;
    endInsertRows();
}

} // namespace flaredeck::ui
