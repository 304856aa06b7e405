#pragma once

#include "ui/theme/style.h"

class QPainter;
class QRectF;
class QStyleOption;

namespace flaredeck::ui {

struct Tokens;

/// What the style draws, as plain functions over tokens; own-painted widgets share them.
namespace shapes {

/// A filled box with a hairline that stays sharp.
void box(QPainter &painter, const QRectF &rect, qreal radius, const QColor &fill,
         const QColor &border);
void focusRing(QPainter &painter, const QRectF &rect, qreal radius, const Tokens &tokens);

void button(QPainter &painter, const QStyleOption &option, ButtonRole role);
void field(QPainter &painter, const QStyleOption &option, bool focused);
void checkBox(QPainter &painter, const QStyleOption &option);
void radioButton(QPainter &painter, const QStyleOption &option);
void toggle(QPainter &painter, const QRectF &track, bool isOn, bool isEnabled,
            const Tokens &tokens);
void comboBox(QPainter &painter, const QStyleOptionComboBox &option);
void headerSection(QPainter &painter, const QStyleOptionHeader &option);
void scrollBar(QPainter &painter, const QStyleOptionSlider &option, const QRect &thumb);

} // namespace shapes

} // namespace flaredeck::ui
