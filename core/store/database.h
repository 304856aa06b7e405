#pragma once

#include "core/base/result.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QString>
#include <QVariant>

#include <functional>
#include <memory>
#include <span>

namespace flaredeck::store {

/// One SQLite connection with our pragmas (WAL, foreign keys, secure_delete). Used on the thread that
/// opened it.
class Database
{
public:
    enum class Durability {
        Full,   ///< synced at each commit: a crash loses nothing committed
        Normal, ///< a crash of the machine may lose the last moments, never consistency
    };
    enum class Access { ReadWrite, ReadOnly };

    Database() = default;
    ~Database();
    Database(Database &&other) noexcept;
    Database &operator=(Database &&other) noexcept;

    /// Creates the file with mode 0600 if needed. The error names file, cause and what to do (also for
    /// a file that is no database, one of a newer version, a full disk, a read-only directory).
    static Result<Database> open(const QString &file, Durability durability,
                                 Access access = Access::ReadWrite);

    /// Steps whose number is above PRAGMA user_version run in order, each in a transaction.
    using Migration = std::function<Result<>(Database &)>;
    Result<> migrate(std::span<const Migration> steps);

    Result<> execute(const QString &sql);
    /// A prepared statement, cached by its text.
    [[nodiscard]] QSqlQuery &prepared(const QString &sql);
    /// Binds in order, executes; the query is positioned before the first row.
    Result<QSqlQuery *> run(const QString &sql, const QVariantList &values = {});

    /// Runs `work` in BEGIN IMMEDIATE … COMMIT; an Error rolls back.
    Result<> transaction(const std::function<Result<>()> &work);

private:
    struct Connection;
    std::unique_ptr<Connection> m_connection;
};

} // namespace flaredeck::store
