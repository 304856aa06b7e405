#pragma once

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QString>

namespace flaredeck::test {

/// Runs a statement on every open connection to a database file.
inline void executeOnAll(const QString &file, const QString &statement)
{
    bool found = false;
    for (const QString &name : QSqlDatabase::connectionNames()) {
        const QSqlDatabase connection = QSqlDatabase::database(name, false);
        if (connection.databaseName() != file)
            continue;
        found = true;
        QSqlQuery query(connection);
        if (!query.exec(statement))
            qFatal("cannot change a connection to %s", qPrintable(file));
    }
    if (!found)
        qFatal("nobody has %s open", qPrintable(file));
}

/// Makes writes fail on every open connection to a database file, as after a read-only remount, or
/// succeed again.
inline void setWritable(const QString &file, bool writable)
{
    executeOnAll(file, QStringLiteral("PRAGMA query_only = %1").arg(writable ? 0 : 1));
}

/// For tests that commit thousands of times and simulate no power loss.
inline void forgoSync(const QString &file)
{
    executeOnAll(file, QStringLiteral("PRAGMA synchronous = OFF"));
}

} // namespace flaredeck::test
