#pragma once

#include <QString>

/// Makes text from others (names, paths, command lines, answers of peers) safe to show. All code
/// that shows or logs such text passes it through here, so that a person reads exactly what it
/// contains: nothing in it controls a terminal, reverses a line's direction, ends a line or is
/// invisible.
namespace flaredeck::plaintext {

/// On one line. Invisible characters become escapes: `\r`, `\x1b`, `\u{202e}`.
[[nodiscard]] QString line(const QString &text);
/// The same with line breaks left as they are, for text that may have several lines.
[[nodiscard]] QString block(const QString &text);
/// The same for printed JSON, with JSON's own escapes.
[[nodiscard]] QString inJson(const QString &printed);
/// A line that is safe between double quotes: nothing in it ends them.
[[nodiscard]] QString inQuotes(const QString &text);

/// Removes invisible characters: for stored names, so that two names never differ only by them.
[[nodiscard]] QString withoutHidden(const QString &text);

/// The start of the text: at most `most` UTF-16 units, without splitting a character.
[[nodiscard]] QString cut(const QString &text, qsizetype most);

} // namespace flaredeck::plaintext
