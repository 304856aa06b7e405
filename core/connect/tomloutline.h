#pragma once

#include "core/connect/textedit.h"
#include "core/connect/tomlscan.h"

#include <optional>
#include <vector>

namespace flaredeck::connect {

/// A part of an entry: a section with its header, a line, or a member of an inline table.
struct TomlPiece {
    enum class Kind { Section, Line, Inline };

    Kind kind = Kind::Section;
    qsizetype begin = 0;
    qsizetype end = 0;
    qsizetype nameEnd = 0; ///< of a line or member, behind the entry's name in the key
};

struct TomlEntry {
    QString name; ///< null for an item without one
    std::vector<TomlPiece> pieces;
};

/// An inline table on the way to the entries.
struct TomlInline {
    qsizetype open = 0;
    qsizetype close = 0;
    qsizetype level = 0; ///< how many keys of the path lead to it
    std::vector<TomlStatement> members;
};

/// Where the entries of a place are in a TOML file.
struct TomlOutline {
    std::vector<TomlEntry> entries;
    std::optional<TomlInline> inlineTable; ///< the innermost one
    std::optional<qsizetype> lastEnd;      ///< of the last section that belongs to the place
};

/// Of a file that a parser has accepted. `itemNames` has the names of a list's items.
[[nodiscard]] Result<TomlOutline> outlineOf(const QByteArray &file, const Place &place,
                                            const QStringList &itemNames);

[[nodiscard]] Result<QList<Splice>> putToml(const QByteArray &file, const Place &place,
                                            const TomlOutline &outline, const QString &name,
                                            const Entry &value);
[[nodiscard]] Result<QList<Splice>> removeToml(const QByteArray &file, const TomlOutline &outline,
                                               const QString &name);

} // namespace flaredeck::connect
