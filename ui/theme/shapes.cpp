#include "ui/theme/shapes.h"

#include "ui/theme/icons.h"
#include "ui/theme/tokens.h"

#include <QPainter>
#include <QStyleOption>

namespace flaredeck::ui::shapes {

namespace {

/// A focused control shrinks to make room for its ring, so that the ring never covers a neighbour.
constexpr qreal kRingGap = 3;

QColor faded(const QColor &color, const QColor &ground, qreal amount)
{
    return QColor::fromRgbF(float(color.redF() * amount + ground.redF() * (1 - amount)),
                            float(color.greenF() * amount + ground.greenF() * (1 - amount)),
                            float(color.blueF() * amount + ground.blueF() * (1 - amount)));
}

bool has(const QStyleOption &option, QStyle::StateFlag flag)
{
    return option.state.testFlag(flag);
}

} // namespace

void box(QPainter &painter, const QRectF &rect, qreal radius, const QColor &fill,
         const QColor &border)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(border, 1));
    painter.setBrush(fill);
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
    painter.restore();
}

void focusRing(QPainter &painter, const QRectF &rect, qreal radius, const Tokens &tokens)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(tokens.accent, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius, radius);
    painter.restore();
}

void button(QPainter &painter, const QStyleOption &option, ButtonRole role)
{
    const Tokens &tokens = Tokens::of(option.palette);
    const bool enabled = has(option, QStyle::State_Enabled);
    const bool pressed = has(option, QStyle::State_Sunken) || has(option, QStyle::State_On);
    const bool hovered = enabled && has(option, QStyle::State_MouseOver);

    QRectF rect = option.rect;
    if (has(option, QStyle::State_HasFocus)) {
        focusRing(painter, rect, radius::control + 1, tokens);
        rect.adjust(kRingGap, kRingGap, -kRingGap, -kRingGap);
    }
    if (role == ButtonRole::Link)
        return;
    QColor fill = tokens.surface;
    QColor border = tokens.line;
    if (role == ButtonRole::Primary) {
        fill = enabled ? tokens.accent : faded(tokens.accent, tokens.surface, 0.25);
        if (pressed)
            fill = faded(fill, tokens.text, 0.86);
        else if (hovered)
            fill = faded(fill, tokens.text, 0.93);
        border = fill;
    } else if (pressed) {
        fill = tokens.neutralSoft;
    } else if (hovered) {
        fill = tokens.hover;
    }
    box(painter, rect, radius::control, fill, border);
}

void field(QPainter &painter, const QStyleOption &option, bool focused)
{
    const Tokens &tokens = Tokens::of(option.palette);
    const bool enabled = has(option, QStyle::State_Enabled);
    box(painter, option.rect, radius::control, enabled ? tokens.surface : tokens.window,
        tokens.line);
    if (focused)
        focusRing(painter, option.rect, radius::control, tokens);
}

void checkBox(QPainter &painter, const QStyleOption &option)
{
    const Tokens &tokens = Tokens::of(option.palette);
    const bool enabled = has(option, QStyle::State_Enabled);
    const bool partly = has(option, QStyle::State_NoChange);
    const bool on = has(option, QStyle::State_On) || partly;
    const QColor strong = enabled ? tokens.accent : tokens.text2;
    box(painter, option.rect, 4, on ? strong : tokens.surface, on ? strong : tokens.text2);
    if (partly) {
        QRectF bar(0, 0, option.rect.width() * 0.5, 2);
        bar.moveCenter(QRectF(option.rect).center());
        painter.fillRect(bar, tokens.surface);
    } else if (on)
        icons::paint(painter, QRectF(option.rect).adjusted(1, 1, -1, -1), QStringLiteral("check"),
                     tokens.surface);
}

void radioButton(QPainter &painter, const QStyleOption &option)
{
    const Tokens &tokens = Tokens::of(option.palette);
    const bool on = has(option, QStyle::State_On);
    const QRectF rect = option.rect;
    box(painter, rect, rect.width() / 2, tokens.surface, on ? tokens.accent : tokens.text2);
    if (!on)
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(tokens.accent);
    painter.drawEllipse(rect.adjusted(4, 4, -4, -4));
    painter.restore();
}

void comboBox(QPainter &painter, const QStyleOptionComboBox &option)
{
    const Tokens &tokens = Tokens::of(option.palette);
    const bool hovered = has(option, QStyle::State_MouseOver);
    box(painter, option.rect, radius::control, hovered ? tokens.hover : tokens.surface,
        tokens.line);
    if (has(option, QStyle::State_HasFocus))
        focusRing(painter, option.rect, radius::control, tokens);
    const QRectF rect = option.rect;
    icons::paint(painter, QRectF(rect.right() - 24, rect.center().y() - 7.5, 16, 16),
                 QStringLiteral("chevron-down"), tokens.text2);
}

void toggle(QPainter &painter, const QRectF &track, bool isOn, bool isEnabled, const Tokens &tokens)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(isOn ? QPen(Qt::NoPen) : QPen(tokens.text2, 1));
    painter.setBrush(!isOn ? tokens.neutralSoft : isEnabled ? tokens.accent : tokens.text2);
    painter.drawRoundedRect(track.adjusted(0.5, 0.5, -0.5, -0.5), track.height() / 2,
                            track.height() / 2);
    const qreal size = track.height() - 6;
    const qreal left = isOn ? track.right() - size - 3 : track.left() + 3;
    painter.setPen(Qt::NoPen);
    painter.setBrush(isOn ? tokens.surface : tokens.text2);
    painter.drawEllipse(QRectF(left, track.top() + 3, size, size));
    painter.restore();
}

void headerSection(QPainter &painter, const QStyleOptionHeader &option)
{
    const Tokens &tokens = Tokens::of(option.palette);
    painter.fillRect(option.rect, tokens.surface);
    painter.fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1),
                     tokens.line);
}

void scrollBar(QPainter &painter, const QStyleOptionSlider &option, const QRect &thumb)
{
    if (option.maximum <= option.minimum)
        return;
    const Tokens &tokens = Tokens::of(option.palette);
    const bool strong = has(option, QStyle::State_MouseOver) || has(option, QStyle::State_Sunken);
    const QRectF rect = QRectF(thumb).adjusted(2, 2, -2, -2);
    const qreal round = qMin(rect.width(), rect.height()) / 2;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(faded(tokens.text2, tokens.surface, strong ? 0.8 : 0.4));
    painter.drawRoundedRect(rect, round, round);
    painter.restore();
}

} // namespace flaredeck::ui::shapes
