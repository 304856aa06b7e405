#include "ui/theme/icons.h"

#include <QFile>
#include <QIcon>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

// Q_INIT_RESOURCE must be used outside any namespace, an anonymous one too.
static void initIconResources() // NOLINT(misc-use-anonymous-namespace)
{
    Q_INIT_RESOURCE(flaredeck);
}

namespace flaredeck::ui::icons {

QPixmap pixmap(const QString &name, const QColor &color, int size, qreal devicePixelRatio)
{
    const QString key = QStringLiteral("flaredeck:%1:%2:%3:%4")
                            .arg(name, color.name(QColor::HexArgb))
                            .arg(size)
                            .arg(devicePixelRatio);
    QPixmap result;
    if (QPixmapCache::find(key, &result))
        return result;

    [[maybe_unused]] static const bool ready = (initIconResources(), true);
    QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
    QByteArray svg;
    if (file.open(QIODevice::ReadOnly))
        svg = file.readAll();
    svg.replace("currentColor", color.name().toLatin1());

    result = QPixmap(QSize(size, size) * devicePixelRatio);
    result.setDevicePixelRatio(devicePixelRatio);
    result.fill(Qt::transparent);
    QPainter painter(&result);
    painter.setRenderHint(QPainter::Antialiasing);
    QSvgRenderer(svg).render(&painter, QRectF(0, 0, size, size));
    QPixmapCache::insert(key, result);
    return result;
}

void paint(QPainter &painter, const QRectF &target, const QString &name, const QColor &color)
{
    const int size = qRound(target.width());
    painter.drawPixmap(target.topLeft(),
                       pixmap(name, color, size, painter.device()->devicePixelRatioF()));
}

QIcon icon(const QString &name, const QColor &color)
{
    QIcon result;
    for (const qreal ratio : {1.0, 2.0})
        result.addPixmap(pixmap(name, color, 20, ratio));
    return result;
}

} // namespace flaredeck::ui::icons
