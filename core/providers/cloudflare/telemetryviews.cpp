#include "core/providers/cloudflare/telemetryviews.h"

#include "core/tools/tsv.h"

#include <algorithm>

namespace flaredeck::cloudflare {

using namespace Qt::Literals::StringLiterals;

namespace {

const Json &listAt(const Json &object, const char *key)
{
    static const Json none = Json::array();
    const Json *list = json::find(object, key);
    return list && list->is_array() ? *list : none;
}

Json valueAt(const Json &object, const char *key)
{
    const Json *value = json::find(object, key);
    return value ? *value : Json();
}

/// The groups of all rows, in order of first occurrence.
QStringList groupKeys(const Json &rows)
{
    QStringList keys;
    for (const Json &row : rows) {
        for (const Json &group : listAt(row, "groups")) {
            const QString key = json::stringAt(group, "key").value_or(QString());
            if (!keys.contains(key))
                keys << key;
        }
    }
    return keys;
}

QString groupValue(const Json &row, const QString &key)
{
    for (const Json &group : listAt(row, "groups")) {
        if (json::stringAt(group, "key") == key)
            return tools::plainText(valueAt(group, "value"));
    }
    return {};
}

QString aggregationTable(const QString &name, const Json &aggregates)
{
    const QStringList keys = groupKeys(aggregates);
    QList<QList<Json>> rows;
    for (const Json &aggregate : aggregates) {
        QList<Json> row;
        for (const QString &key : keys)
            row << Json(groupValue(aggregate, key));
        row << valueAt(aggregate, "value");
        rows << row;
    }
    return tools::tsv(QStringList(keys) << name, rows);
}

/// One row for each time and group: groups at the same time are separate rows.
QString seriesTable(const QString &name, const Json &series)
{
    const bool grouped = std::any_of(series.begin(), series.end(), [](const Json &step) {
        return !groupKeys(listAt(step, "data")).isEmpty();
    });
    QList<QList<Json>> rows;
    for (const Json &step : series) {
        for (const Json &point : listAt(step, "data")) {
            QList<Json> row{valueAt(step, "time")};
            if (grouped) {
                QString key;
                for (const Json &group : listAt(point, "groups"))
                    key += " * "_L1 + tools::plainText(valueAt(group, "value"));
                row << Json(key);
            }
            row << valueAt(point, "value");
            rows << row;
        }
    }
    return tools::tsv(
        grouped ? QStringList{u"time"_s, u"key"_s, name} : QStringList{u"time"_s, name}, rows);
}

QString renderCalculations(const Json &result)
{
    QStringList sections;
    for (const Json &calculation : listAt(result, "calculations")) {
        QString name = json::stringAt(calculation, "alias").value_or(QString());
        if (name.isEmpty())
            name = json::stringAt(calculation, "calculation").value_or(QString());
        sections << u"## "_s + name
                 << u"### Aggregation\n"_s +
                        aggregationTable(name, listAt(calculation, "aggregates"))
                 << u"### Series\n"_s + seriesTable(name, listAt(calculation, "series"));
    }
    return sections.isEmpty() ? u"The query has no calculations or matched no events."_s
                              : sections.join(u"\n\n"_s);
}

/// The log that represents an invocation: Cloudflare's own record of it, else the first log.
const Json *headOf(const Json &logs)
{
    if (!logs.is_array() || logs.empty())
        return nullptr;
    const auto own = std::find_if(logs.begin(), logs.end(), [](const Json &log) {
        const Json *metadata = json::find(log, "$metadata");
        return metadata && json::stringAt(*metadata, "type") == u"cf-worker-event"_s;
    });
    return own == logs.end() ? &logs.front() : &*own;
}

QString renderInvocations(const Json &result)
{
    const Json *invocations = json::find(result, "invocations");
    QList<Json> heads;
    QStringList columns; // of all rows, so that a field of a later row alone is shown, too
    if (invocations && invocations->is_object()) {
        for (const Json &logs : *invocations) {
            const Json *head = headOf(logs);
            const Json *metadata = head ? json::find(*head, "$metadata") : nullptr;
            if (!metadata || !metadata->is_object())
                continue;
            heads << *metadata;
            for (const auto &[key, value] : metadata->items()) {
                if (!columns.contains(QString::fromStdString(key)))
                    columns << QString::fromStdString(key);
            }
        }
    }
    QList<QList<Json>> rows;
    for (const Json &head : std::as_const(heads)) {
        QList<Json> row;
        for (const QString &column : std::as_const(columns))
            row << valueAt(head, column.toUtf8().constData());
        rows << row;
    }
    return tools::tsv(columns, rows);
}

} // namespace

mcp::ToolResult telemetryResult(const Json &arguments, const Json &result)
{
    mcp::ToolResult rendered = mcp::ToolResult::text(renderTelemetry(arguments, result));
    const Json *query = json::find(arguments, "query");
    if (!query || json::stringAt(*query, "view") != u"events"_s)
        return rendered;
    const Json *events = json::find(result, "events");
    rendered.structured = Json{{"result", events ? listAt(*events, "events") : Json::array()}};
    return rendered;
}

QString renderTelemetry(const Json &arguments, const Json &result)
{
    const Json *query = json::find(arguments, "query");
    const QString view = query ? json::stringAt(*query, "view").value_or(QString()) : QString();
    if (view == "calculations"_L1)
        return renderCalculations(result);
    if (view == "invocations"_L1)
        return renderInvocations(result);
    if (view == "events"_L1) {
        const Json *events = json::find(result, "events");
        return QString::fromUtf8(json::print(events ? listAt(*events, "events") : Json::array()));
    }
    return QString::fromUtf8(json::print(result));
}

} // namespace flaredeck::cloudflare
