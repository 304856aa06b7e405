#pragma once

#include "core/connect/configtext.h"

#include <vector>

namespace flaredeck::connect {

/// A member of an object, or an item of a list, with its bytes.
struct JsonMember {
    QString name;           ///< the key; of an item its "name", null when it has none
    qsizetype keyBegin = 0; ///< of an item its begin
    qsizetype begin = 0;
    qsizetype end = 0;
    qsizetype comma = -1; ///< the comma that follows
};

/// An object or list on the way to the entries.
struct JsonTable {
    qsizetype open = 0;
    qsizetype close = 0;
    std::vector<JsonMember> members = {};
};

/// Where things are in a JSON file with comments.
struct JsonOutline {
    /// The root, then one for each key of the path that is there. Empty without a root.
    std::vector<JsonTable> tables;
    std::vector<qsizetype> lineCommentEnds; ///< ascending
    /// The file as strict JSON of the same length: comments and trailing commas are spaces.
    QByteArray strict;
};

/// InvalidInput when the file is malformed, or the path leads to something else than a table.
/// `name` must not occur twice; a null one may.
[[nodiscard]] Result<JsonOutline> scanJson(const QByteArray &file, const Place &place,
                                           const QString &name);

} // namespace flaredeck::connect
