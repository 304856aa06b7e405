#pragma once

#include <QFont>

class QWidget;

/// The system's family in our sizes. The body font is the application's own.
namespace flaredeck::ui::fonts {
inline constexpr int kBody = 13;
inline constexpr int kSmall = 12;

[[nodiscard]] QFont body();
[[nodiscard]] QFont small();
[[nodiscard]] QFont strong();  ///< body, semi-bold
[[nodiscard]] QFont heading(); ///< of a dialog or detail, 16 px
[[nodiscard]] QFont title();   ///< of a page, 20 px
[[nodiscard]] QFont figure();  ///< of a figure card, 24 px
[[nodiscard]] QFont mono();    ///< JSON, ids, URLs
} // namespace flaredeck::ui::fonts
