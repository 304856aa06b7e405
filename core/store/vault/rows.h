#pragma once

#include "core/base/logging.h"
#include "core/store/database.h"
#include "core/store/sqliteerror.h"
#include "core/store/vault/columns.h"

#include <QList>
#include <QSqlError>

#include <optional>

/// Converts SQL rows to values. `read` returns the value of the query's current row.
namespace flaredeck::store {

template <typename Read>
auto fetchAll(Database &database, const QString &sql, const QVariantList &values, Read read)
    -> Result<QList<decltype(read(std::declval<const QSqlQuery &>()))>>
{
    QList<decltype(read(std::declval<const QSqlQuery &>()))> rows;
    const Result<QSqlQuery *> query = database.run(sql, values);
    if (!query)
        return fail(query.error());
    while ((*query)->next())
        rows.append(read(**query));
    const QSqlError error = (*query)->lastError();
    (*query)->finish();
    if (error.isValid())
        return fail(sqliteError(database.file(), error));
    return rows;
}

template <typename Read>
auto fetchOne(Database &database, const QString &sql, const QVariantList &values, Read read)
    -> Result<std::optional<decltype(read(std::declval<const QSqlQuery &>()))>>
{
    std::optional<decltype(read(std::declval<const QSqlQuery &>()))> row;
    const Result<QSqlQuery *> query = database.run(sql, values);
    if (!query)
        return fail(query.error());
    if ((*query)->next())
        row = read(**query);
    (*query)->finish();
    return row;
}

/// For a query of a single column.
template <typename T>
T firstColumn(const QSqlQuery &row)
{
    T value{};
    fromColumn(row.value(0), value);
    return value;
}

/// For readers that cannot return an error: logs a failure and returns nothing.
template <typename T>
T orNothing(Result<T> found)
{
    if (found)
        return *std::move(found);
    qCCritical(lcStore).noquote() << found.error().text() << found.error().detail;
    return {};
}

} // namespace flaredeck::store
