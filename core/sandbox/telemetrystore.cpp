#include "core/sandbox/telemetrystore.h"

#include "core/base/crypto.h"
#include "core/base/logging.h"
#include "core/sandbox/eventfields.h"
#include "core/sandbox/eventgenerator.h"
#include "core/sandbox/sandbox.h"

#include <QSqlDatabase>
#include <QSqlError>

using namespace Qt::StringLiterals;

namespace flaredeck::sandbox {

namespace {

tl::unexpected<Error> storageError(const QSqlError &error)
{
    qCWarning(lcSandbox) << "Telemetry query failed:" << error.text();
    return fail(Error{Error::Kind::Storage,
                      u"The sandbox could not answer from its events."_s,
                      {},
                      error.text()});
}

QString textOf(const Json &value)
{
    return QString::fromStdString(value.dump());
}

} // namespace

TelemetryStore::TelemetryStore(const Clock &clock)
    : m_clock(clock)
    , m_connection(u"sandbox-"_s + crypto::randomId())
{
}

TelemetryStore::~TelemetryStore()
{
    if (QSqlDatabase::contains(m_connection))
        QSqlDatabase::removeDatabase(m_connection);
}

Result<QSqlQuery> TelemetryStore::run(const QString &sql, const QVariantList &values)
{
    if (const Result<> filled = ensureFilled(); !filled)
        return fail(filled.error());
    QSqlQuery query(QSqlDatabase::database(m_connection));
    query.setForwardOnly(true);
    if (!query.prepare(sql))
        return storageError(query.lastError());
    for (const QVariant &value : values)
        query.addBindValue(value);
    if (!query.exec())
        return storageError(query.lastError());
    return query;
}

Result<> TelemetryStore::ensureFilled()
{
    if (m_filled)
        return {};
    QSqlDatabase database = QSqlDatabase::contains(m_connection)
                                ? QSqlDatabase::database(m_connection)
                                : QSqlDatabase::addDatabase(u"QSQLITE"_s, m_connection);
    database.setDatabaseName(u":memory:"_s);
    database.setConnectOptions(u"QSQLITE_ENABLE_REGEXP"_s);
    if (!database.open())
        return storageError(database.lastError());
    const Result<> filled = fill(database);
    m_filled = filled.has_value();
    return filled;
}

Result<> TelemetryStore::fill(QSqlDatabase &database)
{
    QSqlQuery query(database);
    const QStringList schema{
        u"DROP TABLE IF EXISTS event"_s,
        u"CREATE TABLE event (seq INTEGER PRIMARY KEY, id TEXT NOT NULL, account TEXT NOT NULL, "
        "time INTEGER NOT NULL, request TEXT NOT NULL, body TEXT NOT NULL, fields TEXT NOT NULL)"_s,
        u"CREATE UNIQUE INDEX event_id ON event (id)"_s,
        u"CREATE INDEX event_time ON event (account, time)"_s,
    };
    for (const QString &statement : schema) {
        if (!query.exec(statement))
            return storageError(query.lastError());
    }

    database.transaction();
    query.prepare(u"INSERT INTO event (id, account, time, request, body, fields) "
                  "VALUES (?, ?, ?, ?, ?, ?)"_s);
    for (const GeneratedEvent &event : generateEvents(m_clock.now(), Sandbox::kEvents)) {
        const Json &metadata = event.body["$metadata"];
        query.bindValue(0, json::toQString(metadata["id"]));
        query.bindValue(1, event.account);
        query.bindValue(2, event.timestamp);
        query.bindValue(3, json::toQString(metadata["requestId"]));
        query.bindValue(4, textOf(event.body));
        query.bindValue(5, textOf(flatten(event.body)));
        if (!query.exec())
            return storageError(query.lastError());
    }
    if (!database.commit())
        return storageError(database.lastError());
    return {};
}

Condition Selection::where() const
{
    return {u"WHERE account = ? AND time >= ? AND time <= ? AND (%1)"_s.arg(condition.sql),
            QVariantList{account, from, to} + condition.values};
}

} // namespace flaredeck::sandbox
