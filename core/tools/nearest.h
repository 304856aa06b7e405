#pragma once

#include <QStringList>

namespace flaredeck::tools {

/// Those of the names that are most like the wanted one, best first, at most five: a name that
/// contains it, or the other way round, before one that differs in a few letters.
[[nodiscard]] QStringList nearest(const QString &wanted, const QStringList &names);

} // namespace flaredeck::tools
