#pragma once

#include <QString>

namespace flaredeck::cloudflare {

/// What a block string means whose text between the quotes is this: without the indentation that
/// all lines share, and without blank lines around it (GraphQL specification, section 2.9.4).
[[nodiscard]] QString graphqlBlockValue(QString raw);

/// A string of this value, on one line.
[[nodiscard]] QString graphqlQuoted(const QString &value);

} // namespace flaredeck::cloudflare
