#pragma once

#include <QColor>
#include <QPixmap>

class QIcon;
class QPainter;
class QRectF;

/// Our 20 × 20 line icons, recoloured. `name` is the file's name in resources/icons without ".svg".
namespace flaredeck::ui::icons {
[[nodiscard]] QPixmap pixmap(const QString &name, const QColor &color, int size = 20,
                             qreal devicePixelRatio = 1.0);
void paint(QPainter &painter, const QRectF &target, const QString &name, const QColor &color);
[[nodiscard]] QIcon icon(const QString &name, const QColor &color);
} // namespace flaredeck::ui::icons
