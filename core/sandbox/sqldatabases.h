#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <map>

class QSqlDatabase;

namespace flaredeck::sandbox {

/// SQL databases of the pretend customer: each is an SQLite database in memory, made by its first
/// statements when it is first used. Used on one thread.
class SqlDatabases
{
public:
    SqlDatabases() = default;
    ~SqlDatabases();
    SqlDatabases(const SqlDatabases &) = delete;
    SqlDatabases &operator=(const SqlDatabases &) = delete;

    struct Ran {
        Json statements; ///< one entry each, as Cloudflare's API has them: results, success, meta
        int tables = 0;  ///< what is there now
        qint64 bytes = 0;
    };
    /// All statements or none. `body` has sql, and params as texts. InvalidInput is SQLite's own
    /// message, also for what writes without `mayWrite`. What would reach files is refused.
    [[nodiscard]] Result<Ran> run(const QString &name, const QString &first, const Json &body,
                                  bool mayWrite);
    void drop(const QString &name);

    /// The statements of a text, without what follows the last semicolon if that is nothing.
    [[nodiscard]] static QStringList statementsOf(const QString &sql);

private:
    [[nodiscard]] Result<> open(QSqlDatabase &database, const QString &first) const;

    std::map<QString, QString> m_connections; ///< by name
};

} // namespace flaredeck::sandbox
