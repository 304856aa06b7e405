#pragma once

#include "ui/models/tablemodel.h"

namespace flaredeck::ui {

/// A table that gets all its rows at once. It turns a new list into the smallest set of removals,
/// insertions, moves and updates, so that selection and scroll position stay.
template <typename Row>
class RowModel : public TableModel<Row>
{
public:
    void setRows(const QList<Row> &rows)
    {
        for (int i = int(m_rows.size()) - 1; i >= 0; --i) {
            if (position(rows, this->key(m_rows.at(i)), 0) < 0) {
                this->beginRemoveRows({}, i, i);
                m_rows.removeAt(i);
                this->endRemoveRows();
            }
        }
        for (int i = 0; i < rows.size(); ++i) {
            const int from = position(m_rows, this->key(rows.at(i)), i);
            if (from < 0) {
                this->beginInsertRows({}, i, i);
                m_rows.insert(i, rows.at(i));
                this->endInsertRows();
                continue;
            }
            if (from != i) {
                this->beginMoveRows({}, from, from, {}, i);
                m_rows.move(from, i);
                this->endMoveRows();
            }
            if (!(m_rows.at(i) == rows.at(i))) {
                m_rows[i] = rows.at(i);
                emit this->dataChanged(this->index(i, 0), this->index(i, this->columnCount() - 1));
            }
        }
    }

protected:
    RowModel(QList<Column<Row>> columns, QObject *parent)
        : TableModel<Row>(std::move(columns), parent)
    {
    }

private:
    using TableModel<Row>::m_rows;

    [[nodiscard]] int position(const QList<Row> &rows, const QString &id, int from) const
    {
        for (int i = from; i < rows.size(); ++i) {
            if (this->key(rows.at(i)) == id)
                return i;
        }
        return -1;
    }
};

} // namespace flaredeck::ui
