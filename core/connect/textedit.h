#pragma once

#include "core/connect/configtext.h"

/// What the three formats share: changes of bytes, lines, and errors with their place.
namespace flaredeck::connect {

/// Replaces `length` bytes at `at`.
struct Splice {
    qsizetype at = 0;
    qsizetype length = 0;
    QByteArray text = {};
};

/// The splices must not overlap; their order does not matter.
[[nodiscard]] QByteArray spliced(const QByteArray &file, QList<Splice> splices);

/// Behind the byte order mark, if there is one.
[[nodiscard]] qsizetype textStart(const QByteArray &file);
[[nodiscard]] bool isBlank(const QByteArray &file);
/// The line break of the file's first line; LF when it has none.
[[nodiscard]] QByteArray newlineOf(const QByteArray &file);

[[nodiscard]] qsizetype lineStart(const QByteArray &file, qsizetype at);
/// Before the line break, or the end of the file.
[[nodiscard]] qsizetype lineEnd(const QByteArray &file, qsizetype at);
/// Behind the line break, or the end of the file.
[[nodiscard]] qsizetype nextLine(const QByteArray &file, qsizetype at);
/// The spaces and tabs with which the line begins.
[[nodiscard]] QByteArray indentAt(const QByteArray &file, qsizetype at);
/// Whether only spaces and tabs stand before `at` in its line.
[[nodiscard]] bool beginsLine(const QByteArray &file, qsizetype at);
/// Behind the last byte before `at` that is no space, tab or line break.
[[nodiscard]] qsizetype contentEnd(const QByteArray &file, qsizetype at);

/// Puts whole lines, which end with a line break, at the start of a line or at the end of the file.
/// A file without a final line break gets none.
[[nodiscard]] Splice insertedLines(const QByteArray &file, qsizetype at, QByteArray lines);
/// Takes whole lines out. When the last of them ends the file without a line break, so does the one
/// before.
[[nodiscard]] Splice removedLines(const QByteArray &file, qsizetype from, qsizetype to);

/// Counts lines from 1; each position must not lie before the last one.
class LineCounter
{
public:
    explicit LineCounter(const QByteArray &file)
        : m_file(file)
    {
    }
    [[nodiscard]] int lineOf(qsizetype at);

private:
    const QByteArray &m_file;
    qsizetype m_counted = 0;
    int m_line = 1;
};

/// `reason` is the rest of a sentence that begins with line and column.
[[nodiscard]] Error errorAt(const QByteArray &file, qsizetype at, const QString &reason);
[[nodiscard]] Error errorAt(qint64 line, qint64 column, const QString &reason);

/// The error when the bytes are not UTF-8.
[[nodiscard]] Result<> requireUtf8(const QByteArray &file);

/// Unlike QString's own functions this keeps a byte order mark, and is never null.
[[nodiscard]] QString textFrom(QByteArrayView utf8);
/// In double quotes, with escapes that TOML and YAML both read.
[[nodiscard]] QByteArray inDoubleQuotes(const std::string &text);
/// Whether all characters are letters, digits, '_' or '-'.
[[nodiscard]] bool isBareWord(const std::string &text);

/// What stands for the entry in the file: in a list it begins with its name.
[[nodiscard]] Entry itemOf(const Place &place, const QString &name, const Entry &value);
/// The value of `place.path[level]` when it and all below it have to be created.
[[nodiscard]] Entry createdAt(const Place &place, qsizetype level, const QString &name,
                              const Entry &value);

} // namespace flaredeck::connect
