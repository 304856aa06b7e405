#include "core/store/database.h"

#include "core/base/crypto.h"
#include "core/base/logging.h"
#include "core/base/ownfile.h"
#include "core/base/paths.h"
#include "core/store/sqliteerror.h"

#include <QDir>
#include <QFile>
#include <QSqlDatabase>

#include <unordered_map>

using namespace Qt::StringLiterals;

namespace flaredeck::store {

struct Database::Connection {
    Connection(QString path, Access access)
        : file(std::move(path))
        , name(u"flaredeck-"_s + crypto::randomId())
        , handle(QSqlDatabase::addDatabase(u"QSQLITE"_s, name))
    {
        handle.setDatabaseName(file);
        // Another program may have the file open for a moment (a backup, a sqlite3 shell).
        QString options = u"QSQLITE_BUSY_TIMEOUT=5000"_s;
        if (access == Access::ReadOnly)
            options += u";QSQLITE_OPEN_READONLY"_s;
        handle.setConnectOptions(options);
    }

    ~Connection()
    {
        // removeDatabase() requires that no query and no handle is left.
        statements.clear();
        handle.close();
        handle = {};
        QSqlDatabase::removeDatabase(name);
    }

    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;

    const QString file;
    const QString name;
    QSqlDatabase handle;
    std::unordered_map<QString, QSqlQuery> statements;
};

Database::Database() = default;
Database::~Database() = default;
Database::Database(Database &&other) noexcept = default;
Database &Database::operator=(Database &&other) noexcept = default;

Database::Database(std::unique_ptr<Connection> connection)
    : m_connection(std::move(connection))
{
}

Result<Database> Database::open(const QString &file, Durability durability, Access access)
{
    if (access == Access::ReadWrite) {
        // SQLite gives its side files the mode of the main file, but leaves existing ones alone.
        for (const QString &path :
             {file, file + u"-wal"_s, file + u"-shm"_s, file + u"-journal"_s}) {
            // Checked before exists(): SQLite would create the target of a dangling link.
            if (const Result<> own = requireOwnFile(path); !own)
                return fail(own.error());
            if (path != file && !QFile::exists(path))
                continue;
            if (const Result<> closed = ensurePrivateFile(path); !closed)
                return fail(closed.error());
        }
    } else if (const Result<> regular = requireRegularFile(file); !regular) {
        return fail(regular.error());
    }

    Database database(std::make_unique<Connection>(file, access));
    if (!database.m_connection->handle.open())
        return fail(sqliteError(file, database.m_connection->handle.lastError()));

    // Memory mapping halves the time to read a large vault at the start.
    QStringList settings{u"PRAGMA foreign_keys = ON"_s, u"PRAGMA mmap_size = 67108864"_s};
    if (access == Access::ReadWrite) {
        settings << u"PRAGMA secure_delete = ON"_s << u"PRAGMA journal_mode = WAL"_s
                 << (durability == Durability::Full ? u"PRAGMA synchronous = FULL"_s
                                                    : u"PRAGMA synchronous = NORMAL"_s);
    }
    // The last statement reads the schema, so that a damaged file is found here and not at its
    // first use.
    settings << u"SELECT count(*) FROM sqlite_schema"_s;
    for (const QString &setting : settings) {
        if (const Result<> done = database.execute(setting); !done)
            return fail(done.error());
    }
    return database;
}

const QString &Database::file() const
{
    return m_connection->file;
}

Result<> Database::setUp(int format, const QStringList &statements,
                         const QHash<int, QStringList> &upgrades)
{
    const Result<int> found = formatNumber();
    if (!found)
        return fail(found.error());
    if (*found == format)
        return {};
    QStringList steps = statements;
    if (*found != 0) {
        steps.clear();
        for (int from = *found; from < format; ++from) {
            if (!upgrades.contains(from))
                return fail(otherFormat(*found, format));
            steps += upgrades.value(from);
        }
        if (steps.isEmpty())
            return fail(otherFormat(*found, format));
    }
    return transaction([&]() -> Result<> {
        for (const QString &statement : std::as_const(steps)) {
            if (const Result<> done = execute(statement); !done)
                return done;
        }
        return execute(u"PRAGMA user_version = %1"_s.arg(format));
    });
}

Result<bool> Database::hasFormat(int format)
{
    const Result<int> found = formatNumber();
    if (!found)
        return fail(found.error());
    if (*found > format)
        return fail(otherFormat(*found, format));
    return *found == format;
}

Result<int> Database::formatNumber()
{
    const Result<QSqlQuery *> query = run(u"PRAGMA user_version"_s);
    if (!query)
        return fail(query.error());
    const int number = (*query)->next() ? (*query)->value(0).toInt() : 0;
    (*query)->finish();
    return number;
}

Error Database::otherFormat(int found, int known) const
{
    return {Error::Kind::Storage,
            u"The file %1 was written by another version of Flaredeck (format %2, this one knows "
            "format %3)."_s.arg(QDir::toNativeSeparators(m_connection->file),
                                QString::number(found), QString::number(known)),
            u"Update Flaredeck, or start it with another --data-dir."_s};
}

Result<> Database::checkIntegrity()
{
    const Result<QSqlQuery *> query = run(u"PRAGMA quick_check(1)"_s);
    if (!query)
        return fail(query.error());
    const QString finding = (*query)->next() ? (*query)->value(0).toString() : QString();
    (*query)->finish();
    if (finding != "ok"_L1)
        return fail(damageError(m_connection->file, finding.simplified()));
    return {};
}

Result<> Database::execute(const QString &sql)
{
    QSqlQuery query(m_connection->handle);
    if (!query.exec(sql))
        return fail(sqliteError(m_connection->file, query.lastError()));
    return {};
}

Result<QSqlQuery *> Database::prepared(const QString &sql)
{
    auto &statements = m_connection->statements;
    if (const auto known = statements.find(sql); known != statements.end())
        return &known->second;
    QSqlQuery query(m_connection->handle);
    query.setForwardOnly(true);
    if (!query.prepare(sql))
        return fail(sqliteError(m_connection->file, query.lastError()));
    return &statements.emplace(sql, std::move(query)).first->second;
}

Result<QSqlQuery *> Database::run(const QString &sql, const QVariantList &values)
{
    const Result<QSqlQuery *> query = prepared(sql);
    if (!query)
        return query;
    for (int i = 0; i < values.size(); ++i)
        (*query)->bindValue(i, values[i]);
    if (const Result<> done = execute(**query); !done)
        return fail(done.error());
    return query;
}

Result<> Database::change(const QString &sql, const QVariantList &values)
{
    if (const Result<QSqlQuery *> query = run(sql, values); !query)
        return fail(query.error());
    return {};
}

Result<> Database::execute(QSqlQuery &query)
{
    if (query.exec())
        return {};
    const Error error = sqliteError(m_connection->file, query.lastError());
    query.finish();
    return fail(error);
}

Result<> Database::transaction(const std::function<Result<>()> &work)
{
    // IMMEDIATE takes the write lock at once: upgrading to it later could fail without a retry.
    if (const auto begun = run(u"BEGIN IMMEDIATE"_s); !begun)
        return fail(begun.error());
    Result<> done = work();
    if (done) {
        const auto committed = run(u"COMMIT"_s);
        if (committed)
            return {};
        done = fail(committed.error());
    }
    // Fails harmlessly when SQLite has already rolled back by itself (a full disk).
    if (const auto undone = run(u"ROLLBACK"_s); !undone)
        qCDebug(lcStore).noquote() << "Rolled back already:" << undone.error().detail;
    return done;
}

} // namespace flaredeck::store
