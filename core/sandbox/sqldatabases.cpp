#include "core/sandbox/sqldatabases.h"

#include "core/base/crypto.h"

#include <QElapsedTimer>
#include <QRegularExpression>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QSqlRecord>

using namespace Qt::StringLiterals;

namespace flaredeck::sandbox {

namespace {

constexpr int kMostRows = 10'000;

/// Where what begins at `at` ends: a quoted text or name, a comment, or one character.
qsizetype endOfPart(const QString &sql, qsizetype at)
{
    const auto behind = [&sql](const QString &end, qsizetype from) {
        const qsizetype found = sql.indexOf(end, from);
        return found < 0 ? sql.size() : found + end.size();
    };
    const QChar first = sql[at];
    if (first == u'\'' || first == u'"' || first == u'`')
        return behind(first, at + 1);
    if (first == u'[')
        return behind(u"]"_s, at + 1);
    if (QStringView(sql).mid(at).startsWith(u"--"))
        return behind(u"\n"_s, at);
    if (QStringView(sql).mid(at).startsWith(u"/*"))
        return behind(u"*/"_s, at + 2);
    return at + 1;
}

/// A trigger has semicolons inside, and ends with END.
bool isUnfinishedTrigger(const QString &statement)
{
    static const QRegularExpression begin(u"\\A\\s*create\\s+(temp\\w*\\s+)?trigger\\b"_s,
                                          QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression end(u"\\bend\\s*\\z"_s,
                                        QRegularExpression::CaseInsensitiveOption);
    return begin.match(statement).hasMatch() && !end.match(statement).hasMatch();
}

/// What would reach files, or write without leave.
bool isForbidden(const QString &statement)
{
    static const QRegularExpression first(
        u"\\A\\s*(explain\\s+)?(attach|detach|vacuum|pragma\\b.*query_only)\\b"_s,
        QRegularExpression::CaseInsensitiveOption | QRegularExpression::DotMatchesEverythingOption);
    return first.match(statement).hasMatch();
}

Json cell(const QVariant &value)
{
    if (value.isNull())
        return {};
    switch (value.userType()) {
    case QMetaType::LongLong:
    case QMetaType::Int:
        return value.toLongLong();
    case QMetaType::Double:
        return value.toDouble();
    case QMetaType::QByteArray: {
        Json bytes = Json::array();
        for (const char byte : value.toByteArray())
            bytes.push_back(static_cast<unsigned char>(byte));
        return bytes;
    }
    default:
        return value.toString();
    }
}

Error sqlError(const QSqlError &error)
{
    return {Error::Kind::InvalidInput, error.databaseText() + u": SQLITE_ERROR"_s};
}

qint64 number(const QSqlDatabase &database, const QString &sql)
{
    QSqlQuery query(sql, database);
    return query.next() ? query.value(0).toLongLong() : 0;
}

Result<Json> runOne(const QSqlDatabase &database, const QString &statement,
                    const QStringList &params)
{
    if (isForbidden(statement))
        return fail(Error::Kind::InvalidInput, u"not authorized: SQLITE_AUTH"_s);
    QElapsedTimer watch;
    watch.start();
    QSqlQuery query(database);
    query.setForwardOnly(true);
    if (!query.prepare(statement))
        return fail(sqlError(query.lastError()));
    for (const QString &param : params)
        query.addBindValue(param);
    if (!query.exec())
        return fail(sqlError(query.lastError()));
    Json rows = Json::array();
    const QSqlRecord record = query.record();
    while (query.next() && int(rows.size()) < kMostRows) {
        Json row = Json::object();
        for (int i = 0; i < record.count(); ++i)
            row[record.fieldName(i).toStdString()] = cell(query.value(i));
        rows.push_back(std::move(row));
    }
    const qint64 changes = query.isSelect() ? 0 : qMax(0, query.numRowsAffected());
    const auto read = rows.size();
    return Json{{"success", true},
                {"results", std::move(rows)},
                {"meta",
                 {{"served_by_region", "WEUR"},
                  {"served_by_primary", true},
                  {"duration", double(watch.nsecsElapsed()) / 1e6},
                  {"changes", changes},
                  {"last_row_id", query.lastInsertId().toLongLong()},
                  {"changed_db", !query.isSelect()},
                  {"rows_read", read},
                  {"rows_written", changes}}}};
}

} // namespace

SqlDatabases::~SqlDatabases()
{
    for (const auto &[name, connection] : m_connections)
        QSqlDatabase::removeDatabase(connection);
}

void SqlDatabases::drop(const QString &name)
{
    if (const auto found = m_connections.find(name); found != m_connections.end()) {
        QSqlDatabase::removeDatabase(found->second);
        m_connections.erase(found);
    }
}

QStringList SqlDatabases::statementsOf(const QString &sql)
{
    QStringList statements;
    QString current;
    for (qsizetype at = 0; at < sql.size();) {
        const qsizetype end = endOfPart(sql, at);
        const QString part = sql.mid(at, end - at);
        const bool isComment = part.startsWith("--"_L1) || part.startsWith("/*"_L1);
        if (part == ";"_L1 && !isUnfinishedTrigger(current)) {
            if (!current.trimmed().isEmpty())
                statements << current.trimmed();
            current.clear();
        } else {
            current += isComment ? u" "_s : part;
        }
        at = end;
    }
    if (!current.trimmed().isEmpty())
        statements << current.trimmed();
    return statements;
}

Result<> SqlDatabases::open(QSqlDatabase &database, const QString &first) const
{
    database.setDatabaseName(u":memory:"_s);
    if (!database.open())
        return fail(sqlError(database.lastError()));
    for (const QString &statement : statementsOf(first)) {
        if (const auto ran = runOne(database, statement, {}); !ran)
            return fail(ran.error());
    }
    return {};
}

Result<SqlDatabases::Ran> SqlDatabases::run(const QString &name, const QString &first,
                                            const Json &body, bool mayWrite)
{
    QString &connection = m_connections[name];
    const bool isThere = !connection.isEmpty();
    if (!isThere)
        connection = u"sandbox-sql-"_s + crypto::randomId();
    QSqlDatabase database = isThere ? QSqlDatabase::database(connection)
                                    : QSqlDatabase::addDatabase(u"QSQLITE"_s, connection);
    if (const Result<> opened = isThere ? Result<>() : open(database, first); !opened)
        return fail(opened.error());

    const QStringList statements = statementsOf(json::stringAt(body, "sql").value_or(QString()));
    const QStringList params = json::stringsAt(body, "params");
    if (statements.isEmpty())
        return fail(Error::Kind::InvalidInput, u"No SQL statements detected."_s);
    if (statements.size() > 1 && !params.isEmpty())
        return fail(Error::Kind::InvalidInput,
                    u"A prepared SQL statement must contain only one statement."_s);
    number(database, mayWrite ? u"PRAGMA query_only = 0"_s : u"PRAGMA query_only = 1"_s);
    database.transaction();
    Ran ran{Json::array()};
    for (const QString &statement : statements) {
        Result<Json> one = runOne(database, statement, params);
        if (!one) {
            database.rollback();
            return fail(one.error());
        }
        ran.statements.push_back(*std::move(one));
    }
    database.commit();
    ran.tables = int(number(database, u"SELECT count(*) FROM sqlite_master WHERE type = 'table' "
                                      "AND name NOT LIKE 'sqlite_%'"_s));
    ran.bytes = number(database, u"PRAGMA page_count"_s) * number(database, u"PRAGMA page_size"_s);
    for (Json &statement : ran.statements)
        statement["meta"]["size_after"] = ran.bytes;
    return ran;
}

} // namespace flaredeck::sandbox
