#pragma once

#include <QStyledItemDelegate>

namespace flaredeck::ui {

/// Paints every table cell of the app from the roles of CellRole: hairline below, tinted selection.
class CellDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option,
                                 const QModelIndex &index) const override;
};

} // namespace flaredeck::ui
