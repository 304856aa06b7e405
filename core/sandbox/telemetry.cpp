#include "core/sandbox/telemetry.h"

#include "core/base/crypto.h"
#include "core/base/logging.h"
#include "core/sandbox/inventory.h"
#include "core/sandbox/template.h"

#include <QDateTime>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>

using namespace Qt::StringLiterals;

namespace flaredeck::sandbox {

Telemetry::Telemetry(const Clock &clock, Source events)
    : m_clock(clock)
    , m_source(std::move(events))
    , m_connection(u"sandbox-"_s + crypto::randomId())
{
}

Telemetry::~Telemetry()
{
    if (QSqlDatabase::contains(m_connection))
        QSqlDatabase::removeDatabase(m_connection);
}

bool Telemetry::fill(QSqlDatabase &database) const
{
    database.setDatabaseName(u":memory:"_s);
    database.setConnectOptions(u"QSQLITE_ENABLE_REGEXP"_s);
    if (!database.open())
        return false;
    QSqlQuery query(database);
    for (const QString &part :
         QString::fromUtf8(resource(u"telemetry/schema.sql"_s)).split(u"\n\n"_s)) {
        if (!query.exec(part))
            return false;
    }
    database.transaction();
    if (!query.prepare(u"INSERT INTO event (account, body) VALUES (?, ?)"_s))
        return false;
    for (const GeneratedEvent &event : m_source(m_clock.now())) {
        query.bindValue(0, event.account);
        query.bindValue(1, QString::fromUtf8(json::print(event.body)));
        if (!query.exec())
            return false;
    }
    return database.commit();
}

Result<Json> Telemetry::run(const TelemetryQuery &query, const QString &sql)
{
    if (!query.problem().isEmpty())
        return fail(Error::Kind::InvalidInput, query.problem());
    const bool isThere = QSqlDatabase::contains(m_connection);
    QSqlDatabase database = isThere ? QSqlDatabase::database(m_connection)
                                    : QSqlDatabase::addDatabase(u"QSQLITE"_s, m_connection);
    bool isDone = isThere || fill(database);
    QSqlQuery rows(database);
    rows.setForwardOnly(true);
    isDone = isDone && rows.prepare(sql);
    for (auto it = query.values().begin(); it != query.values().end(); ++it)
        rows.bindValue(it.key(), it.value());
    if (isDone && rows.exec())
        return rows.next() ? json::parse(rows.value(0).toString().toUtf8()) : Json();
    qCWarning(lcSandbox) << "Telemetry query failed:" << database.lastError().text()
                         << rows.lastError().text();
    return fail(Error::Kind::Storage, u"The sandbox could not answer from its events."_s);
}

Result<Json> Telemetry::query(const QString &account, const Json &body)
{
    const Millis startedAt = m_clock.monotonic();
    if (!json::find(body, "parameters"))
        return fail(Error::Kind::NotFound, u"No saved query with this queryId"_s);
    TelemetryQuery query(account, body);
    query.bindLimit(50);
    query.bind(u":skip"_s, qMax<qint64>(0, json::integerAt(body, "offsetBy").value_or(0)));
    query.bind(u":offset"_s, json::stringAt(body, "offset").value_or(u""_s));
    query.bind(u":way"_s, json::stringAt(body, "offsetDirection") == u"prev"_s ? 1 : -1);
    // In milliseconds, like every time in this API; the default gives about sixty steps.
    const Millis span =
        query.values()[u":to"_s].toLongLong() - query.values()[u":from"_s].toLongLong();
    const Millis asked = json::integerAt(body, "granularity").value_or(0);
    query.bind(u":granularity"_s, asked > 0 ? asked : qMax<Millis>(1, span / 60'000) * 1000);

    const QString view = json::stringAt(body, "view").value_or(u"calculations"_s);
    QString sql;
    if (view == "calculations"_L1)
        sql = query.calculations();
    else if (view == "events"_L1 || view == "invocations"_L1)
        sql = query.with(view);
    else
        query.refuse(u"The sandbox knows the views events, calculations and invocations"_s);
    Result<Json> found = run(query, sql);
    if (!found)
        return found;
    if (found->is_null())
        return fail(Error::Kind::InvalidInput, u"offset is not the $metadata.id of an event"_s);

    query.bind(u":elapsed"_s, double(m_clock.monotonic() - startedAt) / 1000.0);
    query.bind(u":now"_s, m_clock.now());
    query.bind(u":user"_s, inventory::userId());
    query.bind(u":email"_s, inventory::userEmail());
    query.bind(u":body"_s, QString::fromUtf8(json::print(body)));
    Result<Json> answer = run(query, query.with(u"run"_s));
    if (answer)
        (*answer)[view.toStdString()] = std::move(*found);
    return answer;
}

Result<Json> Telemetry::keys(const QString &account, const Json &body)
{
    TelemetryQuery query(account, body);
    query.bindLimit(1000);
    return run(query, query.with(u"keys"_s));
}

Result<Json> Telemetry::values(const QString &account, const Json &body)
{
    TelemetryQuery query(account, body);
    query.bindLimit(50);
    if (json::stringAt(body, "key").value_or(QString()).isEmpty() || !json::stringAt(body, "type"))
        query.refuse(u"key and type (string, number or boolean) are needed"_s);
    query.bind(u":type"_s, json::stringAt(body, "type").value_or(QString()));
    return run(query, query.with(u"values"_s));
}

} // namespace flaredeck::sandbox
