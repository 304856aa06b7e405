#pragma once

#include "core/base/json.h"

#include <optional>
#include <vector>

namespace flaredeck::tools {

/// A list of a document that lost its end.
struct CutList {
    Json::json_pointer path;
    qsizetype shown = 0; ///< items that stayed
    std::vector<Json> rest;
    std::vector<qsizetype> sizes; ///< of each of the rest, printed, in UTF-16 units

    [[nodiscard]] qsizetype total() const { return shown + static_cast<qsizetype>(rest.size()); }
};

/// Shortens lists until the document, printed, has at most `size` UTF-16 units: first the one that
/// has most in items beside its largest, so that a list of one is not taken for the records.
/// Appending each `rest` at its path gives the whole again. Nothing when no list is left to cut;
/// the document is then of no use.
[[nodiscard]] std::optional<std::vector<CutList>> cutLists(Json &document, qsizetype size);

/// How many UTF-16 units the UTF-8 text has.
[[nodiscard]] qsizetype unitsOf(const QByteArray &utf8);

} // namespace flaredeck::tools
