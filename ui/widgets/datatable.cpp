#include "ui/widgets/datatable.h"

#include "core/base/settings.h"
#include "ui/theme/fonts.h"
#include "ui/widgets/cell.h"
#include "ui/widgets/celldelegate.h"

#include <QFocusEvent>
#include <QHeaderView>
#include <QScrollBar>
#include <QSignalBlocker>

#include <algorithm>
#include <utility>

namespace flaredeck::ui {

namespace {
constexpr int kRowHeight = 36;
constexpr int kTallRowHeight = 44;
constexpr int kNarrowest = 48;
constexpr int kNarrowestName = 120; ///< minimum of a stretching column (names, events)
} // namespace

DataTable::DataTable(const QString &name, Settings &settings, QWidget *parent)
    : QTableView(parent)
    , m_settings(settings)
    , m_stateName(QStringLiteral("columns/") + name)
{
    setItemDelegate(new CellDelegate(this));
    setFrameShape(QFrame::NoFrame);
    setShowGrid(false);
    setSelectionBehavior(SelectRows);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setTabKeyNavigation(false);
    setWordWrap(false);
    setCornerButtonEnabled(false);
    setEditTriggers(NoEditTriggers);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(kRowHeight);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    horizontalHeader()->setFont(fonts::small());
    horizontalHeader()->setMinimumSectionSize(kNarrowest);
}

void DataTable::setTallRows()
{
    verticalHeader()->setDefaultSectionSize(kTallRowHeight);
}

void DataTable::start(QAbstractItemModel *model, const QList<Column> &columns)
{
    m_columns = columns;
    setModel(model);
    for (int i = 0; i < columns.size(); ++i)
        setColumnWidth(i, columns.at(i).width);
    const QByteArray state = m_settings.state(m_stateName).toByteArray();
    if (!state.isEmpty())
        horizontalHeader()->restoreState(state);
    const auto remember = [this] {
        m_settings.setState(m_stateName, horizontalHeader()->saveState());
    };
    connect(horizontalHeader(), &QHeaderView::sortIndicatorChanged, this, remember);
    connect(horizontalHeader(), &QHeaderView::sectionResized, this, [this, remember] {
        // Only widths that a person dragged are stored.
        if (horizontalHeader()->underMouse())
            remember();
    });
}

void DataTable::sortAtFirstBy(int column, Qt::SortOrder order)
{
    if (m_settings.state(m_stateName).toByteArray().isEmpty())
        horizontalHeader()->setSortIndicator(column, order);
    setSortingEnabled(true);
}

QString DataTable::currentId() const
{
    const QStringList ids = selectedIds();
    return ids.isEmpty() ? QString() : ids.first();
}

QStringList DataTable::selectedIds() const
{
    QStringList ids;
    if (selectionModel()) {
        for (const QModelIndex &row : selectionModel()->selectedRows())
            ids << row.data(IdRole).toString();
    }
    return ids;
}

bool DataTable::select(const QString &id)
{
    for (int row = 0; row < model()->rowCount(); ++row) {
        const QModelIndex index = model()->index(row, 0);
        if (index.data(IdRole).toString() == id) {
            setCurrentIndex(index);
            selectRow(row);
            return true;
        }
    }
    return false;
}

void DataTable::resizeEvent(QResizeEvent *event)
{
    QTableView::resizeEvent(event);
    fitColumns();
}

void DataTable::focusInEvent(QFocusEvent *event)
{
    QTableView::focusInEvent(event);
    const bool byKeyboard = event->reason() == Qt::TabFocusReason ||
                            event->reason() == Qt::BacktabFocusReason ||
                            event->reason() == Qt::ShortcutFocusReason;
    if (byKeyboard && !currentIndex().isValid() && model() && model()->rowCount() > 0)
        setCurrentIndex(model()->index(0, 0));
    viewport()->update();
}

void DataTable::focusOutEvent(QFocusEvent *event)
{
    QTableView::focusOutEvent(event);
    viewport()->update();
}

void DataTable::selectionChanged(const QItemSelection &selected, const QItemSelection &deselected)
{
    QTableView::selectionChanged(selected, deselected);
    emit currentIdChanged(currentId());
}

void DataTable::yieldColumns()
{
    int wanted = 0;
    QList<int> yielding;
    for (int i = 0; i < m_columns.size(); ++i) {
        const Column &column = m_columns.at(i);
        if (column.yields > 0)
            yielding << i;
        if (column.yields > 0 || !isColumnHidden(i))
            wanted += column.width;
    }
    std::sort(yielding.begin(), yielding.end(),
              [this](int a, int b) { return m_columns.at(a).yields < m_columns.at(b).yields; });
    for (const int i : std::as_const(yielding)) {
        const bool hide = wanted > viewport()->width();
        if (hide)
            wanted -= m_columns.at(i).width;
        setColumnHidden(i, hide);
        if (!hide && columnWidth(i) < m_columns.at(i).width)
            setColumnWidth(i, m_columns.at(i).width);
    }
}

void DataTable::fitColumns()
{
    yieldColumns();
    // Stretching columns share the rest of the width; when there is too little, they shrink first.
    int fixed = 0;
    int stretching = 0;
    for (int i = 0; i < m_columns.size(); ++i) {
        if (isColumnHidden(i))
            continue;
        if (m_columns.at(i).stretches)
            stretching += m_columns.at(i).width;
        else
            fixed += columnWidth(i);
    }
    if (stretching == 0)
        return;
    const int room = qMax(viewport()->width() - fixed, kNarrowest);
    int left = room;
    int last = -1;
    for (int i = 0; i < m_columns.size(); ++i) {
        if (!m_columns.at(i).stretches || isColumnHidden(i))
            continue;
        const int width = qMax(qMin(kNarrowestName, m_columns.at(i).width),
                               room * m_columns.at(i).width / stretching);
        setColumnWidth(i, width);
        left -= width;
        last = i;
    }
    if (last >= 0 && left > 0)
        setColumnWidth(last, columnWidth(last) + left);
}

} // namespace flaredeck::ui
