#pragma once

#include "core/base/result.h"

#include <QHash>
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

    /// Creates the file with mode 0600 if needed. The error names the file, the cause and what to
    /// do (also when the file is no database, the disk is full or the directory is read-only).
    static Result<Database> open(const QString &file, Durability durability,
                                 Access access = Access::ReadWrite);
    [[nodiscard]] bool isOpen() const { return m_connection != nullptr; }
    [[nodiscard]] const QString &file() const; ///< the open file

    /// Creates the tables of a new file. PRAGMA user_version is the format number. A file of an
    /// older format is brought to this one, step by step in one transaction: upgrades[n] leads from
    /// format n to n + 1. Any other number is refused.
    Result<> setUp(int format, const QStringList &statements,
                   const QHash<int, QStringList> &upgrades = {});
    /// True for a file of this format, false for one that setUp() has not created or upgraded yet,
    /// an error for a newer format.
    [[nodiscard]] Result<bool> hasFormat(int format);

    /// Checks all pages, which takes a moment in a large file.
    Result<> checkIntegrity();

    Result<> execute(const QString &sql);
    /// Binds in order and executes; the query is positioned before the first row. The statement is
    /// prepared once and cached by its text. Call finish() on a query that was not read to its end;
    /// otherwise it keeps its snapshot of the database.
    Result<QSqlQuery *> run(const QString &sql, const QVariantList &values = {});

    /// run() for a statement without result rows.
    Result<> change(const QString &sql, const QVariantList &values = {});

    /// The two steps of run(), for a statement whose binding must be cheap.
    Result<QSqlQuery *> prepared(const QString &sql);
    Result<> execute(QSqlQuery &query);

    /// Runs `work` in BEGIN IMMEDIATE … COMMIT; an Error rolls back.
    Result<> transaction(const std::function<Result<>()> &work);

private:
    [[nodiscard]] Result<int> formatNumber(); ///< 0 for a new file
    [[nodiscard]] Error otherFormat(int found, int known) const;
    struct Connection;
    explicit Database(std::unique_ptr<Connection> connection);

    std::unique_ptr<Connection> m_connection;
};

/// The file is no database or its pages are damaged: only another file helps.
[[nodiscard]] bool isDamage(const Error &error);

} // namespace flaredeck::store
