#include "ui/theme/theme.h"

#include "ui/theme/fonts.h"
#include "ui/theme/style.h"
#include "ui/theme/tokens.h"

#include <QApplication>
#include <QPalette>
#include <QStyleHints>

namespace flaredeck::ui {

namespace {

bool systemIsDark(QApplication &app)
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    return app.styleHints()->colorScheme() == Qt::ColorScheme::Dark;
#else
    // Until we set our colours, the application has the desktop's palette.
    app.setPalette(QPalette());
    const QPalette system = QGuiApplication::palette();
    return system.color(QPalette::Window).lightness() <
           system.color(QPalette::WindowText).lightness();
#endif
}

} // namespace

void applyTheme(QApplication &app, const QString &mode)
{
    const bool dark =
        mode == QLatin1String("dark") || (mode != QLatin1String("light") && systemIsDark(app));
    if (!qobject_cast<Style *>(app.style()))
        app.setStyle(new Style);
    app.setFont(fonts::body());
    app.setPalette((dark ? Tokens::dark() : Tokens::light()).palette());
}

} // namespace flaredeck::ui
