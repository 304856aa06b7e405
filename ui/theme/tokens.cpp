#include "ui/theme/tokens.h"

#include <QPalette>

#include <algorithm>
#include <cmath>

namespace flaredeck::ui {

const Tokens &Tokens::light()
{
    static const Tokens tokens{
        .window = QColor(0xF7, 0xF7, 0xF8),
        .surface = QColor(0xFF, 0xFF, 0xFF),
        .rail = QColor(0xEF, 0xEF, 0xF1),
        .line = QColor(0xE2, 0xE3, 0xE6),
        .text = QColor(0x1D, 0x1F, 0x23),
        .text2 = QColor(0x5F, 0x65, 0x70),
        .accent = QColor(0xAD, 0x46, 0x08),
        .onAccent = QColor(0xFF, 0xFF, 0xFF),
        .ok = QColor(0x1F, 0x7A, 0x45),
        .warn = QColor(0x8F, 0x5F, 0x00),
        .bad = QColor(0xB4, 0x23, 0x2A),
        .selected = QColor(0xFB, 0xEC, 0xE3),
        .hover = QColor(0xF4, 0xF4, 0xF6),
        .neutralSoft = QColor(0xEF, 0xF0, 0xF2),
        .okSoft = QColor(0xE6, 0xF3, 0xEB),
        .warnSoft = QColor(0xFC, 0xF1, 0xDA),
        .badSoft = QColor(0xFB, 0xE6, 0xE7),
    };
    return tokens;
}

const Tokens &Tokens::dark()
{
    static const Tokens tokens{
        .window = QColor(0x1B, 0x1C, 0x1E),
        .surface = QColor(0x24, 0x26, 0x29),
        .rail = QColor(0x17, 0x18, 0x1A),
        .line = QColor(0x36, 0x38, 0x3C),
        .text = QColor(0xEC, 0xED, 0xEF),
        .text2 = QColor(0xA2, 0xA8, 0xB3),
        .accent = QColor(0xFF, 0x8B, 0x3D),
        .onAccent = QColor(0x1B, 0x1C, 0x1E),
        .ok = QColor(0x4C, 0xC3, 0x8A),
        .warn = QColor(0xF2, 0xB8, 0x4B),
        .bad = QColor(0xFF, 0x7A, 0x7A),
        .selected = QColor(0x38, 0x2A, 0x20),
        .hover = QColor(0x2B, 0x2D, 0x31),
        .neutralSoft = QColor(0x32, 0x35, 0x3A),
        .okSoft = QColor(0x1E, 0x36, 0x2A),
        .warnSoft = QColor(0x3B, 0x30, 0x1B),
        .badSoft = QColor(0x42, 0x26, 0x28),
    };
    return tokens;
}

const Tokens &Tokens::of(const QPalette &palette)
{
    return palette.color(QPalette::Window).lightness() < 128 ? dark() : light();
}

QPalette Tokens::palette() const
{
    QPalette result;
    const auto set = [&result](QPalette::ColorRole role, const QColor &color) {
        result.setColor(QPalette::All, role, color);
    };
    set(QPalette::Window, window);
    set(QPalette::WindowText, text);
    set(QPalette::Base, surface);
    set(QPalette::AlternateBase, window);
    set(QPalette::Text, text);
    set(QPalette::PlaceholderText, text2);
    set(QPalette::Button, surface);
    set(QPalette::ButtonText, text);
    set(QPalette::BrightText, bad);
    set(QPalette::Light, hover);
    set(QPalette::Midlight, line);
    set(QPalette::Mid, line);
    set(QPalette::Dark, text2);
    set(QPalette::Shadow, line);
    set(QPalette::Highlight, accent);
    set(QPalette::HighlightedText, onAccent);
    set(QPalette::Link, accent);
    set(QPalette::LinkVisited, accent);
    set(QPalette::ToolTipBase, surface);
    set(QPalette::ToolTipText, text);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        result.setColor(QPalette::Disabled, role, text2);
    return result;
}

QColor foreground(const Tokens &tokens, Tone tone)
{
    switch (tone) {
    case Tone::Ok:
        return tokens.ok;
    case Tone::Warn:
        return tokens.warn;
    case Tone::Bad:
        return tokens.bad;
    case Tone::Accent:
        return tokens.accent;
    case Tone::Neutral:
        break;
    }
    return tokens.text2;
}

QColor softBackground(const Tokens &tokens, Tone tone)
{
    switch (tone) {
    case Tone::Ok:
        return tokens.okSoft;
    case Tone::Warn:
        return tokens.warnSoft;
    case Tone::Bad:
        return tokens.badSoft;
    case Tone::Accent:
        return tokens.selected;
    case Tone::Neutral:
        break;
    }
    return tokens.neutralSoft;
}

double contrast(const QColor &a, const QColor &b)
{
    const auto channel = [](double value) {
        return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
    };
    const auto luminance = [&channel](const QColor &color) {
        return 0.2126 * channel(color.redF()) + 0.7152 * channel(color.greenF()) +
               0.0722 * channel(color.blueF());
    };
    const double first = luminance(a);
    const double second = luminance(b);
    return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

} // namespace flaredeck::ui
