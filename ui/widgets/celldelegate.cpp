#include "ui/widgets/celldelegate.h"

#include "ui/theme/fonts.h"
#include "ui/theme/icons.h"
#include "ui/theme/shapes.h"
#include "ui/widgets/badges.h"

#include <QPainter>
#include <QTableView>

namespace flaredeck::ui {

namespace {

constexpr int kPadding = 10;
constexpr int kTile = 22;
constexpr QSize kSwitch(30, 18);
constexpr int kChevron = 14;

void drawText(QPainter &painter, const QRect &rect, const QFont &font, const QColor &color,
              const QModelIndex &index)
{
    const auto align = index.data(Qt::TextAlignmentRole).isValid()
                           ? Qt::Alignment(index.data(Qt::TextAlignmentRole).toInt())
                           : Qt::AlignLeft | Qt::AlignVCenter;
    painter.setFont(font);
    painter.setPen(color);
    painter.drawText(
        rect, int(align) | Qt::TextSingleLine,
        painter.fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, rect.width()));
}

void drawChips(QPainter &painter, QRect rect, const QList<Chip> &chips, const Tokens &tokens)
{
    for (qsizetype i = 0; i < chips.size(); ++i) {
        const Chip rest{QStringLiteral("+%1").arg(chips.size() - i), Tone::Neutral};
        const bool last = i + 1 == chips.size();
        const int needed =
            badges::chipWidth(chips.at(i)) + (last ? 0 : space::xs + badges::chipWidth(rest));
        if (i > 0 && needed > rect.width()) {
            badges::chip(painter, rect, rest, tokens);
            return;
        }
        rect.setLeft(rect.left() + badges::chip(painter, rect, chips.at(i), tokens) + space::xs);
    }
}

} // namespace

void CellDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                         const QModelIndex &index) const
{
    const Tokens &tokens = Tokens::of(option.palette);
    const auto *table = qobject_cast<const QTableView *>(option.widget);
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const QRect cell = option.rect;
    painter->save();
    painter->setClipRect(cell);
    painter->fillRect(cell, selected ? tokens.selected : tokens.surface);
    painter->fillRect(QRect(cell.left(), cell.bottom(), cell.width(), 1), tokens.line);
    // A bar at the left edge marks the current row while the table has the focus.
    if (table && table->hasFocus() && table->currentIndex().row() == index.row() &&
        table->columnViewportPosition(index.column()) <= 0)
        painter->fillRect(QRect(cell.left(), cell.top(), 3, cell.height()), tokens.accent);

    QRect inner = cell.adjusted(kPadding, 0, -kPadding, -1);
    const auto tone = Tone(index.data(ToneRole).toInt());
    switch (CellKind(index.data(KindRole).toInt())) {
    case CellKind::Text:
        drawText(*painter, inner, fonts::body(), tokens.text, index);
        break;
    case CellKind::Secondary:
        drawText(*painter, inner, fonts::body(), tokens.text2, index);
        break;
    case CellKind::Mono:
        drawText(*painter, inner, fonts::mono(),
                 tone == Tone::Neutral ? tokens.text : foreground(tokens, tone), index);
        break;
    case CellKind::Tile:
        badges::tile(*painter,
                     QRect(inner.left(), inner.center().y() - kTile / 2 + 1, kTile, kTile),
                     index.data().toString(), tokens);
        inner.setLeft(inner.left() + kTile + space::s + 1);
        drawText(*painter, inner, fonts::body(), tokens.text, index);
        break;
    case CellKind::Pill:
        if (!index.data().toString().isEmpty())
            badges::pill(*painter, inner, index.data(IconRole).toString(), index.data().toString(),
                         tone, tokens);
        break;
    case CellKind::Status:
        badges::dot(*painter, QPointF(inner.left() + 4, inner.center().y() + 0.5), tone, tokens);
        inner.setLeft(inner.left() + 15);
        drawText(*painter, inner, fonts::body(), tokens.text, index);
        break;
    case CellKind::Chips:
        drawChips(*painter, inner, index.data(ChipsRole).value<QList<Chip>>(), tokens);
        break;
    case CellKind::Titled: {
        const int half = inner.height() / 2;
        QRect upper = inner.adjusted(0, 3, 0, -half);
        drawText(*painter, upper, fonts::body(), tokens.text, index);
        painter->setFont(fonts::mono());
        painter->setPen(tokens.text2);
        const QRect lower = inner.adjusted(0, half, 0, -3);
        painter->drawText(lower, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                          painter->fontMetrics().elidedText(index.data(NoteRole).toString(),
                                                            Qt::ElideRight, lower.width()));
        break;
    }
    case CellKind::Choice: {
        drawText(*painter, inner.adjusted(0, 0, -kChevron, 0), fonts::body(),
                 tone == Tone::Neutral ? tokens.text2 : tokens.text, index);
        const int word = QFontMetrics(fonts::body()).horizontalAdvance(index.data().toString());
        icons::paint(*painter,
                     QRectF(qMin(inner.left() + word + space::xs, inner.right() - kChevron),
                            inner.center().y() - kChevron / 2.0 + 1, kChevron, kChevron),
                     QStringLiteral("chevron-down"), tokens.text2);
        break;
    }
    case CellKind::Group:
        drawText(*painter, inner, fonts::strong(), tokens.text, index);
        break;
    case CellKind::Switch: {
        const QRectF track(inner.left(), inner.center().y() - kSwitch.height() / 2 + 1,
                           kSwitch.width(), kSwitch.height());
        shapes::toggle(*painter, track, tone == Tone::Accent, true, tokens);
        inner.setLeft(inner.left() + kSwitch.width() + space::s);
        drawText(*painter, inner, fonts::body(), tokens.text, index);
        break;
    }
    }
    painter->restore();
}

QSize CellDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const
{
    const int text = QFontMetrics(fonts::body()).horizontalAdvance(index.data().toString());
    return {text + 2 * kPadding, 36};
}

} // namespace flaredeck::ui
