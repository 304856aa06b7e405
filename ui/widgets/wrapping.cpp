#include "ui/widgets/wrapping.h"

#include <QPainter>
#include <QTextLayout>
#include <QtMath>

namespace flaredeck::ui {

namespace {

constexpr int kWidest = 420;
constexpr int kLongWord = 120; ///< narrower words are left whole

qreal layOut(QTextLayout &layout, int width, Qt::Alignment alignment)
{
    QTextOption option(alignment);
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(option);
    layout.beginLayout();
    qreal y = 0;
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(width);
        line.setPosition({0, y});
        y += line.height();
    }
    layout.endLayout();
    return y;
}

QString asLines(QString text)
{
    return text.replace(QLatin1Char('\n'), QChar::LineSeparator);
}

} // namespace

int wrapping::height(const QString &text, const QFont &font, int width)
{
    QTextLayout layout(asLines(text), font);
    return qCeil(layOut(layout, width, Qt::AlignLeft));
}

void wrapping::draw(QPainter &painter, const QString &text, const QRect &area,
                    Qt::Alignment alignment)
{
    QTextLayout layout(asLines(text), painter.font());
    layOut(layout, area.width(), alignment & Qt::AlignHorizontal_Mask);
    layout.draw(&painter, area.topLeft());
}

int WrappingLabel::sides() const
{
    return width() - contentsRect().width() + 2 * margin() + qMax(0, indent());
}

bool WrappingLabel::breaksWords(int width) const
{
    return wordWrap() && width < QLabel::minimumSizeHint().width();
}

QSize WrappingLabel::sizeHint() const
{
    const QSize plain = QLabel::sizeHint();
    if (!wordWrap() || plain.width() <= kWidest)
        return plain;
    return {kWidest, heightForWidth(kWidest)};
}

QSize WrappingLabel::minimumSizeHint() const
{
    const QSize plain = QLabel::minimumSizeHint();
    return wordWrap() ? QSize(qMin(plain.width(), kLongWord), plain.height()) : plain;
}

int WrappingLabel::heightForWidth(int width) const
{
    if (!breaksWords(width))
        return QLabel::heightForWidth(width);
    return wrapping::height(text(), font(), width - sides()) + height() - contentsRect().height() +
           2 * margin();
}

void WrappingLabel::paintEvent(QPaintEvent *event)
{
    // QLabel draws a selection, whose position only it has.
    if (!breaksWords(width()) || hasSelectedText()) {
        QLabel::paintEvent(event);
        return;
    }
    QPainter painter(this);
    painter.setFont(font());
    painter.setPen(palette().color(foregroundRole()));
    const int edge = margin();
    const QRect area = contentsRect().adjusted(edge + qMax(0, indent()), edge, -edge, -edge);
    wrapping::draw(painter, text(), area, alignment());
}

} // namespace flaredeck::ui
