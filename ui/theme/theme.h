#pragma once

#include <QString>

class QApplication;

namespace flaredeck::ui {

/// Gives the application our style, palette and fonts. `mode` is "system", "light" or "dark". May
/// be called again at any time.
void applyTheme(QApplication &app, const QString &mode);

} // namespace flaredeck::ui
