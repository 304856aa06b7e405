#pragma once

#include <QString>

/// Words of others (names, paths, command lines, answers of peers) on the way to a person's eyes.
/// Everything that shows or writes such words takes them from here, so that what is read is what is
/// there: nothing steers a terminal, turns the direction of a line, ends a line or is invisible.
namespace flaredeck::plaintext {

/// On one line. Characters that are not seen are shown as escapes: `\r`, `\x1b`, `\u{202e}`.
[[nodiscard]] QString line(const QString &text);
/// The same with line breaks left as they are, for text that may have several lines.
[[nodiscard]] QString block(const QString &text);
/// The same inside of printed JSON, where the escapes are JSON's own.
[[nodiscard]] QString inJson(const QString &printed);
/// A line that can stand between double quotes and not end them.
[[nodiscard]] QString inQuotes(const QString &text);

/// Without what is not seen: for names that are stored, which then cannot differ by it alone.
[[nodiscard]] QString withoutHidden(const QString &text);

/// The start of the text, at most `most` UTF-16 units, no character divided.
[[nodiscard]] QString cut(const QString &text, qsizetype most);

} // namespace flaredeck::plaintext
