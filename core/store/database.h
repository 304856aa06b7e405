#pragma once

#include "core/base/result.h"

#include <QSqlQuery>
#include <QString>
#include <QVariant>

#include <functional>
#include <memory>

namespace flaredeck::store {

/// One SQLite connection with our pragmas (WAL, foreign keys, secure_delete). Used on the thread
/// that opened it.
class Database
{
public:
    enum class Durability {
        Full,   ///< synced at each commit: a crash loses nothing committed
        Normal, ///< a crash of the machine may lose the last moments, never consistency
    };
    enum class Access { ReadWrite, ReadOnly };

    Database();
    ~Database();
    Database(Database &&other) noexcept;
    Database &operator=(Database &&other) noexcept;

    /// Creates the file with mode 0600 if needed. The error names file, cause and what to do (also
    /// for a file that is no database, a full disk, a read-only directory).
    static Result<Database> open(const QString &file, Durability durability,
                                 Access access = Access::ReadWrite);
    [[nodiscard]] bool isOpen() const { return m_connection != nullptr; }
    [[nodiscard]] const QString &file() const; ///< of an open one

    /// Makes the tables of a new file. PRAGMA user_version has the number of the format; a file
    /// with another one is refused.
    Result<> setUp(int format, const QStringList &statements);
    /// True for a file of this format, false for a new one; another one is an error.
    [[nodiscard]] Result<bool> hasFormat(int format);

    /// Walks through all pages, which takes a moment with a big file.
    Result<> checkIntegrity();

    Result<> execute(const QString &sql);
    /// Binds in order, executes; the query is positioned before the first row. The statement is
    /// prepared once and cached by its text, so call finish() on a query that was not read to its
    /// end: it would hold its snapshot of the database.
    Result<QSqlQuery *> run(const QString &sql, const QVariantList &values = {});

    /// run() of a statement that reports nothing but success.
    Result<> change(const QString &sql, const QVariantList &values = {});

    /// The two halves of run(), for a statement whose binding must be cheap.
    Result<QSqlQuery *> prepared(const QString &sql);
    Result<> execute(QSqlQuery &query);

    /// Runs `work` in BEGIN IMMEDIATE … COMMIT; an Error rolls back.
    Result<> transaction(const std::function<Result<>()> &work);

private:
    struct Connection;
    explicit Database(std::unique_ptr<Connection> connection);

    std::unique_ptr<Connection> m_connection;
};

/// The file is no database or its pages are broken: nothing but another file helps.
[[nodiscard]] bool isDamage(const Error &error);

} // namespace flaredeck::store
