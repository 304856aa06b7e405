#pragma once

#include <QTableView>

namespace flaredeck {
class Settings;
}

namespace flaredeck::ui {

/// The app's table: selects whole rows, draws hairlines and our cells; Tab leaves it. Column widths
/// and sort order are stored under `name`.
class DataTable : public QTableView
{
    Q_OBJECT

public:
    struct Column {
        int width = 100; ///< the initial width
        bool stretches = false;
        int yields = 0; ///< > 0: the column hides when there is no room, the lowest number first
    };

    DataTable(const QString &name, Settings &settings, QWidget *parent = nullptr);

    /// For cells with two lines.
    void setTallRows();
    /// Wires the model; call once. `columns` are in the model's order.
    void start(QAbstractItemModel *model, const QList<Column> &columns);
    /// Lets the person sort, initially by this column. Call after start().
    void sortAtFirstBy(int column, Qt::SortOrder order);
    /// The id of the current row, or empty.
    [[nodiscard]] QString currentId() const;
    [[nodiscard]] QStringList selectedIds() const;
    /// Selects the row with this id; false when there is none.
    bool select(const QString &id);

signals:
    /// Empty when nothing is selected.
    void currentIdChanged(const QString &id);

protected:
    void resizeEvent(QResizeEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void selectionChanged(const QItemSelection &selected,
                          const QItemSelection &deselected) override;

private:
    void fitColumns();
    void yieldColumns();

    Settings &m_settings;
    QString m_stateName;
    QList<Column> m_columns;
};

} // namespace flaredeck::ui
