#pragma once

#include "core/connect/sifter.h"

#include <optional>
#include <vector>

namespace flaredeck::connect {

/// A member of a mapping, or an item of a sequence, with its bytes.
struct YamlMember {
    QString name;           ///< the key; of an item its "name", null when it has none
    qsizetype keyBegin = 0; ///< of an item its begin, behind the dash
    qsizetype keyEnd = 0;
    qsizetype end = 0;                      ///< of its last token
    std::optional<qsizetype> anchorAt = {}; ///< something elsewhere may refer to it
};

/// A mapping or sequence on the way to the entries.
struct YamlTable {
    enum class Kind { Block, Flow, Absent };

    Kind kind = Kind::Block; ///< Absent: a key without a value
    qsizetype open = 0;      ///< of Absent, behind the colon
    qsizetype close = 0;     ///< behind the brace
    std::vector<YamlMember> members = {};
};

/// Where things are in a YAML file.
struct YamlOutline {
    /// The root, then one for each key of the path that is there. Empty without a root.
    std::vector<YamlTable> tables;
    bool isEndMarked = false;     ///< by "..."
    bool isBlockTextLast = false; ///< the last scalar is one of lines, whose line breaks count
};

/// Reads the file once, into `sifter` as well. InvalidInput when it is malformed, or when something
/// on the path cannot be changed. `name` must not occur twice; a null one may.
[[nodiscard]] Result<YamlOutline> scanYaml(const QByteArray &file, const Place &place,
                                           const QString &name, Sifter &sifter);

} // namespace flaredeck::connect
