#pragma once

#include "core/base/plaintext.h"
#include "ui/text/format.h"
#include "ui/widgets/cell.h"
#include "ui/widgets/surface.h"

#include <QAbstractTableModel>
#include <QList>

#include <algorithm>
#include <functional>

namespace flaredeck::ui {

/// One column of a table. Texts of others need no escaping: the table shows them as plain text.
template <typename Row>
struct Column {
    template <typename Value>
    using Of = std::function<Value(const Row &)>;

    QString title;
    CellKind kind = CellKind::Text;
    Of<QString> text;
    // Not "= {}", at which GCC 12 breaks down.
    Of<QVariant> sort{}; ///< by text when empty
    Of<QString> toolTip{};
    Of<Tone> tone{};
    Of<QString> icon{};
    Of<QList<Chip>> chips{};
    Of<QString> note{};
    Of<CellKind> kindOf{}; ///< set when rows have different kinds
    bool isNumber = false; ///< aligned to the right
};

/// A time as `say` words it, with date, seconds and zone in the tool tip.
template <typename Row>
Column<Row> momentColumn(const QString &title, CellKind kind,
                         QString (*say)(Millis time, Millis now),
                         const std::function<Millis(const Row &)> &time)
{
    return {.title = title,
            .kind = kind,
            .text = [say, time](const Row &row) { return say(time(row), format::now()); },
            .sort = time,
            .toolTip = [time](const Row &row) { return format::exact(time(row)); }};
}

/// A table over a list of values: rows, bounds checks and roles for all tables.
template <typename Row>
class TableModel : public QAbstractTableModel
{
public:
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override
    {
        return parent.isValid() ? 0 : int(m_rows.size());
    }
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override
    {
        return parent.isValid() ? 0 : int(m_columns.size());
    }
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override
    {
        if (!checkIndex(index, CheckIndexOption::IndexIsValid))
            return {};
        const Row &row = m_rows.at(index.row());
        const Column<Row> &column = m_columns.at(index.column());
        switch (role) {
        case Qt::DisplayRole:
        case Qt::AccessibleTextRole:
            return plaintext::line(column.text(row));
        case Qt::ToolTipRole:
            return column.toolTip ? surface::toolTip(column.toolTip(row)) : QString();
        case Qt::TextAlignmentRole:
            return alignment(column);
        case KindRole:
            return int(column.kindOf ? column.kindOf(row) : column.kind);
        case ToneRole:
            return int(column.tone ? column.tone(row) : Tone::Neutral);
        case IconRole:
            return column.icon ? column.icon(row) : QString();
        case ChipsRole:
            return column.chips ? QVariant::fromValue(column.chips(row)) : QVariant();
        case NoteRole:
            return column.note ? plaintext::line(column.note(row)) : QString();
        case IdRole:
            return key(row);
        case SortRole:
            return column.sort ? column.sort(row) : column.text(row).toCaseFolded();
        default:
            return {};
        }
    }
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role = Qt::DisplayRole) const override
    {
        if (orientation != Qt::Horizontal || section < 0 || section >= m_columns.size())
            return {};
        if (role == Qt::TextAlignmentRole)
            return alignment(m_columns.at(section));
        return role == Qt::DisplayRole ? m_columns.at(section).title : QVariant();
    }

    /// Null when there is no such row.
    [[nodiscard]] const Row *at(int row) const
    {
        return row >= 0 && row < m_rows.size() ? &m_rows.at(row) : nullptr;
    }
    [[nodiscard]] const Row *find(const QString &id) const
    {
        const auto found = std::find_if(m_rows.begin(), m_rows.end(),
                                        [&](const Row &row) { return key(row) == id; });
        return found == m_rows.end() ? nullptr : &*found;
    }
    /// Relative times have changed in all rows.
    void touch()
    {
        if (!m_rows.isEmpty())
            emit dataChanged(index(0, 0), index(int(m_rows.size()) - 1, int(m_columns.size()) - 1));
    }

protected:
    explicit TableModel(QList<Column<Row>> columns, QObject *parent)
        : QAbstractTableModel(parent)
        , m_columns(std::move(columns))
    {
    }
    /// The id of what the row shows.
    [[nodiscard]] virtual QString key(const Row &row) const = 0;

    QList<Row> m_rows;

private:
    [[nodiscard]] static QVariant alignment(const Column<Row> &column)
    {
        return int((column.isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }

    const QList<Column<Row>> m_columns;
};

} // namespace flaredeck::ui
