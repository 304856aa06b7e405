#pragma once

#include <QColor>

class QPalette;

namespace flaredeck::ui {

/// Every colour of the window, once for light and once for dark. Widgets ask Tokens::of(palette())
/// while they paint, so that a change of theme reaches them as an ordinary palette change.
struct Tokens {
    QColor window;  ///< page background
    QColor surface; ///< cards, tables, dialogs
    QColor rail;    ///< left rail
    QColor line;    ///< hairlines, card borders
    QColor text;
    QColor text2;    ///< secondary
    QColor accent;   ///< primary action, selection, focus ring
    QColor onAccent; ///< text on accent
    QColor ok;
    QColor warn; ///< waiting, write scope
    QColor bad;  ///< failed, revoked, destructive

    QColor selected; ///< rows and rail entries, opaque
    QColor hover;
    QColor neutralSoft; ///< backgrounds of chips
    QColor okSoft;
    QColor warnSoft;
    QColor badSoft;

    static const Tokens &light();
    static const Tokens &dark();
    static const Tokens &of(const QPalette &palette);

    [[nodiscard]] QPalette palette() const;
};

/// The meaning of a colour. Always shown together with a word.
enum class Tone { Neutral, Ok, Warn, Bad, Accent };

[[nodiscard]] QColor foreground(const Tokens &tokens, Tone tone);
[[nodiscard]] QColor softBackground(const Tokens &tokens, Tone tone);

/// WCAG 2.1 contrast ratio of two opaque colours, 1 to 21.
[[nodiscard]] double contrast(const QColor &a, const QColor &b);

namespace space {
inline constexpr int xs = 4;
inline constexpr int s = 8;
inline constexpr int m = 12;
inline constexpr int l = 16;
inline constexpr int xl = 24;
} // namespace space

namespace radius {
inline constexpr int control = 6;
inline constexpr int card = 10;
} // namespace radius

} // namespace flaredeck::ui
