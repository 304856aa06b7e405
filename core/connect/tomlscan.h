#pragma once

#include "core/connect/configtext.h"

#include <vector>

namespace flaredeck::connect {

/// A header or a key with its value.
struct TomlStatement {
    enum class Kind { Table, ListItem, Value };

    Kind kind = Kind::Value;
    QStringList path;               ///< of a header from the root, of a value from its table
    std::vector<qsizetype> keyEnds; ///< of a value, behind each part of its own key
    qsizetype begin = 0;
    qsizetype valueBegin = 0;
    qsizetype end = 0; ///< without a comment that follows
};

/// Where statements are. The file must be one that a parser has accepted; of others this finds
/// nothing or something wrong.
[[nodiscard]] std::vector<TomlStatement> scanToml(const QByteArray &file);
/// The members of the inline table that opens at `open`.
[[nodiscard]] std::vector<TomlStatement> scanInlineTable(const QByteArray &file, qsizetype open);
/// Refuses a key of very many parts: the tree of it would exhaust the stack when it goes.
[[nodiscard]] Result<> requireShortKeys(const QByteArray &file, int mostParts);

} // namespace flaredeck::connect
