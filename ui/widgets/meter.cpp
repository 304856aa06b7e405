#include "ui/widgets/meter.h"

#include <QPainter>

namespace flaredeck::ui {

namespace {
constexpr QSize kSize(160, 8);
constexpr QSize kSmallest(40, 8);
} // namespace

Meter::Meter(QWidget *parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
}

void Meter::set(double share, Tone tone)
{
    m_share = qBound(0.0, share, 1.0);
    m_tone = tone;
    update();
}

QSize Meter::sizeHint() const
{
    return kSize;
}

QSize Meter::minimumSizeHint() const
{
    return kSmallest;
}

void Meter::paintEvent(QPaintEvent *)
{
    const Tokens &tokens = Tokens::of(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    const qreal round = height() / 2.0;
    painter.setBrush(tokens.neutralSoft);
    painter.drawRoundedRect(rect(), round, round);
    QRectF used = rect();
    used.setWidth(qMax(used.height(), used.width() * m_share));
    painter.setBrush(foreground(tokens, m_tone));
    painter.drawRoundedRect(used, round, round);
}

} // namespace flaredeck::ui
