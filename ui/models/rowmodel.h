#pragma once

#include "core/base/plaintext.h"
#include "ui/text/surface.h"

#include <QAbstractTableModel>
#include <QList>

#include <algorithm>

namespace flaredeck::ui {

/// A table over a list of values. Settles rows, bounds and precise changes once: a new list becomes
/// the smallest set of removals, insertions, moves and updates, so that selection and scroll stay.
/// A derived model answers `key`, `headerCell` and `cell`, and names its columns by `columns()`.
template <typename Row>
class RowModel : public QAbstractTableModel
{
public:
    using QAbstractTableModel::QAbstractTableModel;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override
    {
        return parent.isValid() ? 0 : int(m_rows.size());
    }
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override
    {
        return parent.isValid() ? 0 : columns();
    }
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override
    {
        if (!checkIndex(index, CheckIndexOption::IndexIsValid))
            return {};
        const QVariant value = cell(m_rows.at(index.row()), index.column(), role);
        switch (role) {
        case Qt::DisplayRole:
        case Qt::AccessibleTextRole:
            return plaintext::line(value.toString());
        case Qt::ToolTipRole:
            return surface::toolTip(value.toString());
        default:
            return value;
        }
    }
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role = Qt::DisplayRole) const override
    {
        if (orientation != Qt::Horizontal || section < 0 || section >= columns())
            return {};
        return headerCell(section, role);
    }

    [[nodiscard]] const QList<Row> &rows() const { return m_rows; }
    [[nodiscard]] const Row *find(const QString &id) const
    {
        const auto found = std::find_if(m_rows.begin(), m_rows.end(),
                                        [&](const Row &row) { return key(row) == id; });
        return found == m_rows.end() ? nullptr : &*found;
    }

    void setRows(const QList<Row> &rows)
    {
        for (int i = int(m_rows.size()) - 1; i >= 0; --i) {
            if (position(rows, key(m_rows.at(i)), 0) < 0) {
                beginRemoveRows({}, i, i);
                m_rows.removeAt(i);
                endRemoveRows();
            }
        }
        for (int i = 0; i < rows.size(); ++i) {
            const int from = position(m_rows, key(rows.at(i)), i);
            if (from < 0) {
                beginInsertRows({}, i, i);
                m_rows.insert(i, rows.at(i));
                endInsertRows();
                continue;
            }
            if (from != i) {
                beginMoveRows({}, from, from, {}, i);
                m_rows.move(from, i);
                endMoveRows();
            }
            if (!(m_rows.at(i) == rows.at(i))) {
                m_rows[i] = rows.at(i);
                emit dataChanged(index(i, 0), index(i, columns() - 1));
            }
        }
    }

    /// Relative times have grown older.
    void touch()
    {
        if (!m_rows.isEmpty())
            emit dataChanged(index(0, 0), index(int(m_rows.size()) - 1, columns() - 1));
    }

protected:
    [[nodiscard]] virtual int columns() const = 0;
    [[nodiscard]] virtual QString key(const Row &row) const = 0;
    [[nodiscard]] virtual QVariant headerCell(int column, int role) const = 0;
    [[nodiscard]] virtual QVariant cell(const Row &row, int column, int role) const = 0;

private:
    [[nodiscard]] int position(const QList<Row> &rows, const QString &id, int from) const
    {
        for (int i = from; i < rows.size(); ++i) {
            if (key(rows.at(i)) == id)
                return i;
        }
        return -1;
    }

    QList<Row> m_rows;
};

} // namespace flaredeck::ui
