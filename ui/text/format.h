#pragma once

#include "core/base/clock.h"

#include <QString>

/// Times, sizes and durations in words, for people.
namespace flaredeck::ui::format {

/// "just now", "12 s ago", "4 min ago", "3 h ago", then "Mon 3 Mar, 14:02". 0 = "never".
[[nodiscard]] QString ago(Millis time, Millis now);
/// "3 h 12 min"
[[nodiscard]] QString span(Millis duration);
/// "today 14:02", "3 Mar 2025, 14:02"
[[nodiscard]] QString moment(Millis time, Millis now);
/// With date, seconds and zone, for tool tips. 0 = empty.
[[nodiscard]] QString exact(Millis time);
/// "14:32:08" for today, with the date before it for other days.
[[nodiscard]] QString clockTime(Millis time, Millis now);
/// "0.4 ms", "184 ms", "1.2 s"
[[nodiscard]] QString duration(qint64 microseconds);
/// "0.4 KB", "46 KB", "2.1 MB"
[[nodiscard]] QString bytes(qint64 count);
[[nodiscard]] QString number(qint64 value);
/// The first letters as a person counts them (grapheme clusters), none of them divided.
[[nodiscard]] QString firstLetters(const QString &text, int count);
/// Two letters for a tile: "Claude Code" → "CC", "Cursor" → "CU".
[[nodiscard]] QString initials(const QString &name);

[[nodiscard]] Millis now();
[[nodiscard]] Millis startOfToday();

} // namespace flaredeck::ui::format
