#pragma once

#include "core/base/json.h"

#include <QList>
#include <QString>
#include <QStringList>

namespace flaredeck::tools {

/// Tab-separated text, which costs a model fewer tokens than JSON: a header, then the rows, no
/// newline at the end. Null is an empty cell. No rows give an empty text.
[[nodiscard]] QString tsv(const QStringList &columns, const QList<QList<Json>> &rows);

/// One value as a cell would show it, before quoting.
[[nodiscard]] QString plainText(const Json &value);

} // namespace flaredeck::tools
