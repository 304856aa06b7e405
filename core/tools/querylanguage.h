#pragma once

#include <QString>

namespace flaredeck::tools {

/// A language in which an argument says what a call does.
enum class QueryLanguage { Sql, GraphQl };

/// Whether the text surely only reads. False for whatever cannot be told: unknown statements,
/// unfinished texts and comments. SQL is SQLite's; of GraphQL (October 2021, §2) only the kinds of
/// operations are looked at.
[[nodiscard]] bool onlyReads(QueryLanguage language, const QString &text);

} // namespace flaredeck::tools
