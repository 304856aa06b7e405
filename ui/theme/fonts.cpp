#include "ui/theme/fonts.h"

#include <QFontDatabase>
#include <QGuiApplication>

namespace flaredeck::ui::fonts {

namespace {

QFont sized(int pixels, QFont::Weight weight = QFont::Normal)
{
    QFont font = QGuiApplication::font();
    font.setPixelSize(pixels);
    font.setWeight(weight);
    return font;
}

} // namespace

QFont body()
{
    return sized(kBody);
}

QFont small()
{
    return sized(kSmall);
}

QFont strong()
{
    return sized(kBody, QFont::DemiBold);
}

QFont heading()
{
    return sized(16, QFont::DemiBold);
}

QFont title()
{
    return sized(20, QFont::DemiBold);
}

QFont figure()
{
    return sized(24, QFont::DemiBold);
}

QFont mono()
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setPixelSize(kSmall);
    return font;
}

} // namespace flaredeck::ui::fonts
