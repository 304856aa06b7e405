#include "core/sandbox/telemetry.h"

#include "core/base/crypto.h"
#include "core/sandbox/calculations.h"
#include "core/sandbox/eventfields.h"
#include "core/sandbox/eventgenerator.h"
#include "core/sandbox/inventory.h"

#include <QDateTime>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace flaredeck::sandbox {

namespace {

constexpr qint64 kMaxLimit = 2000;
const QString kDataset = u"cloudflare-workers"_s;

auto invalid(const QString &message)
{
    return fail(Error::Kind::InvalidInput, message);
}

const Json &parametersOf(const Json &body)
{
    static const Json kNone = Json::object();
    const Json *parameters = json::find(body, "parameters");
    return parameters && parameters->is_object() ? *parameters : kNone;
}

/// Keys and values take filters at the top, queries inside `parameters`; both are accepted.
const Json &filterOwner(const Json &body)
{
    return json::find(body, "filters") ? body : parametersOf(body);
}

Result<qint64> limitOf(const Json &body, qint64 fallback)
{
    const qint64 limit =
        json::integerAt(body, "limit")
            .value_or(json::integerAt(parametersOf(body), "limit").value_or(fallback));
    if (limit < 0 || limit > kMaxLimit)
        return invalid(u"limit must be from 0 to 2000"_s);
    return limit;
}

bool asksForOurDataset(const Json &body)
{
    QStringList datasets = json::stringsAt(body, "datasets");
    if (datasets.isEmpty())
        datasets = json::stringsAt(parametersOf(body), "datasets");
    return datasets.isEmpty() || datasets.contains(kDataset);
}

QString isoTime(Millis time)
{
    return QDateTime::fromMSecsSinceEpoch(time).toUTC().toString(Qt::ISODateWithMs);
}

Json runJson(const QString &account, const Json &body, const Selection &selection,
             Millis granularity, const Json &statistics, const QString &now)
{
    const QString queryId = json::stringAt(body, "queryId").value_or(u"adhoc"_s);
    return {{"id", crypto::randomId()},
            {"accountId", account},
            {"userId", inventory::kUserId},
            {"dry", json::boolAt(body, "dry").value_or(false)},
            {"granularity", granularity},
            {"status", "COMPLETED"},
            {"timeframe", {{"from", selection.from}, {"to", selection.to}}},
            {"statistics", statistics},
            {"created", now},
            {"updated", now},
            {"query",
             {{"id", queryId},
              {"name", queryId},
              {"description", nullptr},
              {"adhoc", true},
              {"created", now},
              {"updated", now},
              {"createdBy", inventory::kUserEmail},
              {"updatedBy", inventory::kUserEmail},
              {"parameters", parametersOf(body)}}}};
}

/// The JSON value of one field in a row of (json_type, value).
Json fieldValue(const QString &type, const QVariant &value)
{
    if (type == "true"_L1 || type == "false"_L1)
        return type == "true"_L1;
    if (type == "integer"_L1)
        return value.toLongLong();
    if (type == "real"_L1)
        return value.toDouble();
    return value.toString();
}

/// SQLite's json_type as a value type of the API.
const QString kApiType = u"CASE type WHEN 'text' THEN 'string' WHEN 'true' THEN 'boolean' "
                         "WHEN 'false' THEN 'boolean' ELSE 'number' END"_s;

} // namespace

Telemetry::Telemetry(const Clock &clock)
    : m_clock(clock)
    , m_store(clock)
{
}

Result<Selection> Telemetry::select(const QString &account, const Json &body) const
{
    const Json *timeframe = json::find(body, "timeframe");
    const Json &owner = timeframe ? *timeframe : body;
    const auto from = json::integerAt(owner, "from");
    const auto to = json::integerAt(owner, "to");
    if (!from || !to)
        return invalid(u"timeframe needs from and to in milliseconds"_s);
    if (*from > *to)
        return invalid(u"timeframe ends before it begins"_s);
    constexpr Millis kTolerance = 60'000;
    if (*to - *from > kTelemetrySpan + kTolerance)
        return invalid(u"timeframe must not be longer than 7 days"_s);

    const Result<Condition> filter = filters::parse(filterOwner(body));
    if (!filter)
        return fail(filter.error());
    const Json *needle = json::find(body, "needle");
    if (!needle)
        needle = json::find(parametersOf(body), "needle");
    const Result<Condition> search = filters::needle(needle);
    if (!search)
        return fail(search.error());
    Condition condition = filters::both(*filter, *search);
    if (!asksForOurDataset(body))
        condition = {u"0"_s, {}};
    return Selection{account, *from, *to, condition};
}

Result<Json> Telemetry::query(const QString &account, const Json &body)
{
    const Millis startedAt = m_clock.monotonic();
    if (!json::find(body, "parameters"))
        return fail(Error::Kind::NotFound, u"No saved query with this queryId"_s);
    const Result<Selection> selection = select(account, body);
    if (!selection)
        return fail(selection.error());
    // In milliseconds, like every time of this API; nothing or 0 means automatic.
    Millis granularity = json::integerAt(body, "granularity").value_or(0);
    if (granularity <= 0)
        granularity = Calculations::automaticGranularity(selection->from, selection->to);

    Json result = Json::object();
    const QString view = json::stringAt(body, "view").value_or(u"calculations"_s);
    if (view == "events"_L1) {
        Result<Json> found = events(*selection, body, granularity);
        if (!found)
            return found;
        result["events"] = std::move(*found);
    } else if (view == "invocations"_L1) {
        Result<Json> found = invocations(*selection, body);
        if (!found)
            return found;
        result["invocations"] = std::move(*found);
    } else if (view == "calculations"_L1) {
        Result<Json> found = Calculations(m_store, *selection, granularity).run(parametersOf(body));
        if (!found)
            return found;
        result["calculations"] = std::move(*found);
    } else {
        return invalid(u"The sandbox knows the views events, calculations and invocations"_s);
    }

    Result<Json> counted = statistics(*selection, startedAt);
    if (!counted)
        return counted;
    result["run"] =
        runJson(account, body, *selection, granularity, *counted, isoTime(m_clock.now()));
    result["statistics"] = std::move(*counted);
    return result;
}

Result<Json> Telemetry::statistics(const Selection &selection, Millis startedAt)
{
    const Condition everything = Selection{selection.account, selection.from, selection.to}.where();
    Result<QSqlQuery> row = m_store.run(
        u"SELECT count(*), coalesce(sum(length(body)), 0) FROM event "_s + everything.sql,
        everything.values);
    if (!row)
        return fail(row.error());
    row->next();
    return Json{{"elapsed", double(m_clock.monotonic() - startedAt) / 1000.0},
                {"rows_read", row->value(0).toLongLong()},
                {"bytes_read", row->value(1).toLongLong()}};
}

Result<Condition> Telemetry::pageOf(const Json &body)
{
    const auto offset = json::stringAt(body, "offset");
    if (!offset || offset->isEmpty())
        return Condition::always();
    Result<QSqlQuery> row = m_store.run(u"SELECT time, seq FROM event WHERE id = ?"_s, {*offset});
    if (!row)
        return fail(row.error());
    if (!row->next())
        return invalid(u"offset is not the $metadata.id of an event"_s);
    const bool back = json::stringAt(body, "offsetDirection") == u"prev"_s;
    return Condition{u"(time, seq) %1 (?, ?)"_s.arg(back ? u">"_s : u"<"_s),
                     {row->value(0), row->value(1)}};
}

Result<Json> Telemetry::events(const Selection &selection, const Json &body, Millis granularity)
{
    const Result<qint64> limit = limitOf(body, 50);
    if (!limit)
        return fail(limit.error());
    const Result<Condition> page = pageOf(body);
    if (!page)
        return fail(page.error());
    const bool back = json::stringAt(body, "offsetDirection") == u"prev"_s;
    const qint64 skip = std::max<qint64>(0, json::integerAt(body, "offsetBy").value_or(0));

    const Condition where = selection.where();
    Result<QSqlQuery> rows = m_store.run(
        u"SELECT body FROM event %1 AND %2 ORDER BY time %3, seq %3 LIMIT ? OFFSET ?"_s.arg(
            where.sql, page->sql, back ? u"ASC"_s : u"DESC"_s),
        where.values + page->values + QVariantList{*limit, skip});
    if (!rows)
        return fail(rows.error());
    std::vector<Json> found;
    std::map<std::string, std::string> fields;
    while (rows->next()) {
        Result<Json> event = json::parse(rows->value(0).toByteArray());
        if (!event)
            return event;
        const Json flat = flatten(*event);
        for (const auto &[key, value] : flat.items())
            fields[key] = nameOf(value.is_string()    ? ValueType::String
                                 : value.is_boolean() ? ValueType::Boolean
                                                      : ValueType::Number);
        found.push_back(std::move(*event));
    }
    // Newest first, also on a page that was read backwards.
    if (back)
        std::reverse(found.begin(), found.end());

    Result<QSqlQuery> total =
        m_store.run(u"SELECT count(*) FROM event "_s + where.sql, where.values);
    if (!total)
        return fail(total.error());
    total->next();
    Result<Json> series = eventSeries(selection, granularity);
    if (!series)
        return series;

    Json described = Json::array();
    for (const auto &[key, type] : fields)
        described.push_back({{"key", key}, {"type", type}});
    return Json{{"count", total->value(0).toLongLong()},
                {"events", found},
                {"fields", std::move(described)},
                {"series", std::move(*series)}};
}

Result<Json> Telemetry::eventSeries(const Selection &selection, Millis granularity)
{
    const Condition where = selection.where();
    Result<QSqlQuery> rows = m_store.run(
        u"SELECT time - time % ? AS bucket, count(*), sum(json_type(fields, ?) IS NOT NULL), "
        "min(time), max(time) FROM event %1 GROUP BY bucket ORDER BY bucket"_s.arg(where.sql),
        QVariantList{granularity, filters::pathOf(u"$metadata.error"_s)} + where.values);
    if (!rows)
        return fail(rows.error());
    Json series = Json::array();
    while (rows->next()) {
        const qint64 count = rows->value(1).toLongLong();
        series.push_back(
            {{"time", isoTime(rows->value(0).toLongLong())},
             {"data", Json::array({{{"count", count},
                                    {"sampleInterval", 1},
                                    {"interval", 1},
                                    {"errors", rows->value(2).toLongLong()},
                                    {"aggregates",
                                     {{"_count", count},
                                      {"_interval", 1},
                                      {"_firstSeen", isoTime(rows->value(3).toLongLong())},
                                      {"_lastSeen", isoTime(rows->value(4).toLongLong())}}}}})}});
    }
    return series;
}

Result<Json> Telemetry::invocations(const Selection &selection, const Json &body)
{
    const Result<qint64> limit = limitOf(body, 50);
    if (!limit)
        return fail(limit.error());
    // An invocation is found by any of its events and shown with those that match.
    const Condition where = selection.where();
    Result<QSqlQuery> rows = m_store.run(
        u"SELECT request, body FROM event %1 AND request IN (SELECT request FROM event %1 "
        "GROUP BY request ORDER BY max(time) DESC, max(seq) DESC LIMIT ?) ORDER BY time, seq"_s.arg(
            where.sql),
        where.values + where.values + QVariantList{*limit});
    if (!rows)
        return fail(rows.error());
    Json found = Json::object();
    while (rows->next()) {
        Result<Json> event = json::parse(rows->value(1).toByteArray());
        if (!event)
            return event;
        found[rows->value(0).toString().toStdString()].push_back(std::move(*event));
    }
    return found;
}

Result<Json> Telemetry::keys(const QString &account, const Json &body)
{
    const Result<Selection> selection = select(account, body);
    if (!selection)
        return fail(selection.error());
    const Result<qint64> limit = limitOf(body, 1000);
    if (!limit)
        return fail(limit.error());
    Condition keyFilter = Condition::always();
    if (const Json *needle = json::find(body, "keyNeedle"); needle && !needle->is_null()) {
        const Result<Condition> parsed = filters::needleIn(u"key"_s, *needle);
        if (!parsed)
            return fail(parsed.error());
        keyFilter = *parsed;
    }

    const Condition where = selection->where();
    Result<QSqlQuery> rows = m_store.run(
        u"SELECT key, %1 AS kind, max(time) FROM (SELECT time, fields FROM event %2), "
        "json_each(fields) WHERE %3 GROUP BY key, kind ORDER BY key, kind LIMIT ?"_s.arg(
            kApiType, where.sql, keyFilter.sql),
        where.values + keyFilter.values + QVariantList{*limit});
    if (!rows)
        return fail(rows.error());
    Json found = Json::array();
    while (rows->next())
        found.push_back({{"key", rows->value(0).toString()},
                         {"type", rows->value(1).toString()},
                         {"lastSeenAt", rows->value(2).toLongLong()}});
    return found;
}

Result<Json> Telemetry::values(const QString &account, const Json &body)
{
    const QString asked = json::stringAt(body, "key").value_or(QString());
    const auto type = valueTypeNamed(json::stringAt(body, "type").value_or(QString()));
    if (asked.isEmpty() || !type)
        return invalid(u"key and type (string, number or boolean) are needed"_s);
    const Result<Selection> selection = select(account, body);
    if (!selection)
        return fail(selection.error());
    const Result<qint64> limit = limitOf(body, 50);
    if (!limit)
        return fail(limit.error());

    const Condition where = selection->where();
    Result<QSqlQuery> rows =
        m_store.run(u"SELECT type, value, count(*) AS uses FROM (SELECT fields FROM event %1), "
                    "json_each(fields) WHERE key = ? AND %2 = ? GROUP BY type, value "
                    "ORDER BY uses DESC, value LIMIT ?"_s.arg(where.sql, kApiType),
                    where.values + QVariantList{canonicalKey(asked),
                                                QString::fromLatin1(nameOf(*type)), *limit});
    if (!rows)
        return fail(rows.error());
    Json found = Json::array();
    while (rows->next())
        found.push_back({{"key", asked},
                         {"type", nameOf(*type)},
                         {"value", fieldValue(rows->value(0).toString(), rows->value(1))},
                         {"dataset", kDataset}});
    return found;
}

} // namespace flaredeck::sandbox
