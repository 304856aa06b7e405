#include "ui/widgets/legend.h"

#include "ui/theme/fonts.h"

#include <QFontMetrics>
#include <QPainter>

namespace flaredeck::ui {

namespace {
constexpr int kSquare = 9;
constexpr int kGap = 5;
} // namespace

Legend::Legend(QList<Entry> entries, QWidget *parent)
    : QWidget(parent)
    , m_entries(std::move(entries))
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

QSize Legend::sizeHint() const
{
    const QFontMetrics metrics(fonts::small());
    int width = 0;
    for (const Entry &entry : m_entries)
        width += kSquare + kGap + metrics.horizontalAdvance(entry.text) + space::m;
    return {width - space::m, metrics.height()};
}

void Legend::paintEvent(QPaintEvent *)
{
    const Tokens &tokens = Tokens::of(palette());
    QPainter painter(this);
    painter.setFont(fonts::small());
    int left = 0;
    for (const Entry &entry : m_entries) {
        painter.fillRect(QRect(left, (height() - kSquare) / 2, kSquare, kSquare),
                         foreground(tokens, entry.tone));
        left += kSquare + kGap;
        const int width = painter.fontMetrics().horizontalAdvance(entry.text);
        painter.setPen(tokens.text2);
        painter.drawText(QRect(left, 0, width + 2, height()), Qt::AlignVCenter, entry.text);
        left += width + space::m;
    }
}

} // namespace flaredeck::ui
