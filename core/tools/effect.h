#pragma once

#include <QString>

namespace flaredeck::tools {

/// What a call can do at most, from harmless to worst. Decided by us, never taken from a provider.
enum class Effect { Reads, Changes, Destroys };

/// "reads", "changes", "destroys": as data, rules and programs have it.
[[nodiscard]] QString nameOf(Effect effect);

/// A language in which an argument says what a call does.
enum class QueryLanguage { Sql, GraphQl };

/// Whether the text surely only reads. False for whatever cannot be told: unknown statements,
/// unfinished texts and comments. SQL is SQLite's; of GraphQL (October 2021, §2) only the kinds of
/// operations are looked at.
[[nodiscard]] bool onlyReads(QueryLanguage language, const QString &text);

} // namespace flaredeck::tools
