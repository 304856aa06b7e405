#include "core/sandbox/telemetryquery.h"

#include "core/sandbox/eventgenerator.h"
#include "core/sandbox/template.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace flaredeck::sandbox {

namespace {

constexpr int kMaxDepth = 4; ///< of groups of filters
constexpr qint64 kMaxLimit = 2000;

QString memberOf(const Json &owner, const char *key)
{
    return json::stringAt(owner, key).value_or(QString());
}

QString printed(const Json &value)
{
    return QString::fromUtf8(json::print(value));
}

/// "source.userId" means "userId"; clients use both.
QString keyIn(const Json &owner, const char *member)
{
    const QString key = memberOf(owner, member);
    return key.startsWith("source."_L1) ? key.mid(7) : key;
}

/// A primitive member `value` as text.
std::optional<QString> textIn(const Json &owner)
{
    const Json *value = json::find(owner, "value");
    if (!value || !value->is_primitive() || value->is_null())
        return {};
    return value->is_string() ? json::toQString(*value) : printed(*value);
}

QString statementText(const QString &name)
{
    return QString::fromUtf8(resource(u"telemetry/%1.sql"_s.arg(name)));
}

/// The SQL for an operator of calculations, or for a test of filters. A leading NOT makes the
/// opposite, which also matches events without the key. Tests of `value` compare with a JSON list
/// of values of the filter's type, others with text. Empty for an unknown name.
QString sqlFor(const char *kind, const QString &name)
{
    static const Json words = json::parse(resource(u"telemetry/words.json"_s)).value_or(Json());
    return memberOf(words.value(kind, Json()), name.toLower().toUtf8().constData());
}

} // namespace

TelemetryQuery::TelemetryQuery(const QString &account, const Json &body)
    : m_body(body)
    , m_parameters(body.value("parameters", Json()))
{
    const Json *timeframe = json::find(body, "timeframe");
    const auto from = json::integerAt(timeframe ? *timeframe : body, "from");
    const auto to = json::integerAt(timeframe ? *timeframe : body, "to");
    constexpr Millis kTolerance = 60'000;
    if (!from || !to)
        refuse(u"timeframe needs from and to in milliseconds"_s);
    else if (*from > *to)
        refuse(u"timeframe ends before it begins"_s);
    else if (*to - *from > kTelemetrySpan + kTolerance)
        refuse(u"timeframe must not be longer than 7 days"_s);
    if (!m_parameters.is_object())
        m_parameters = Json::object();

    // Key and value requests have these at the top level, queries inside `parameters`; both are
    // accepted.
    const auto ownerOf = [this](const char *member) -> const Json & {
        return json::find(m_body, member) ? m_body : m_parameters;
    };
    const QStringList datasets = json::stringsAt(ownerOf("datasets"), "datasets");
    bind(u":account"_s, account);
    bind(u":from"_s, from.value_or(0));
    bind(u":to"_s, to.value_or(0));
    m_selection = u"WITH matched AS (SELECT * FROM event WHERE account = :account AND time BETWEEN "
                  ":from AND :to AND %1 AND %2 AND EXISTS "
                  "(SELECT 1 FROM field WHERE event = seq AND %3)), "
                  "named AS (SELECT DISTINCT key FROM field WHERE %4)\n"_s.arg(
                      datasets.isEmpty() || datasets.contains(kDataset) ? u"1"_s : u"0"_s,
                      group(ownerOf("filters"), 1),
                      search(u"value"_s, json::find(ownerOf("needle"), "needle")),
                      search(u"key"_s, json::find(m_body, "keyNeedle")));
    bind(u":key"_s, memberOf(m_body, "key"));
    bind(u":field"_s, keyIn(m_body, "key"));
}

QString TelemetryQuery::with(const QString &statement) const
{
    return m_selection + statementText(statement);
}

void TelemetryQuery::refuse(const QString &problem)
{
    if (m_problem.isEmpty())
        m_problem = problem;
}

QString TelemetryQuery::bound(const QVariant &value)
{
    const QString name = u":p%1_"_s.arg(m_values.size());
    bind(name, value);
    return name;
}

qint64 TelemetryQuery::limitOf(const Json &owner, qint64 fallback)
{
    const qint64 limit = json::integerAt(owner, "limit").value_or(fallback);
    if (limit < 0 || limit > kMaxLimit)
        refuse(u"limit must be from 0 to 2000"_s);
    return limit;
}

void TelemetryQuery::bindLimit(qint64 fallback)
{
    bind(u":limit"_s, limitOf(m_body, limitOf(m_parameters, fallback)));
}

QString TelemetryQuery::pattern(const QString &text)
{
    const QRegularExpression expression(text);
    if (!expression.isValid())
        refuse(u"Invalid regular expression: %1"_s.arg(expression.errorString()));
    return text;
}

/// Free-text search; matches everything when there is no needle.
QString TelemetryQuery::search(const QString &column, const Json *needle)
{
    if (!needle || needle->is_null())
        return u"1"_s;
    const auto given = textIn(*needle);
    if (!given)
        refuse(u"A needle needs a value"_s);
    const QString text = given.value_or(QString());
    const bool matchCase = json::boolAt(*needle, "matchCase").value_or(false);
    if (json::boolAt(*needle, "isRegex").value_or(false))
        return u"regexp(%1, %2)"_s.arg(bound(pattern(matchCase ? text : u"(?i)"_s + text)), column);
    return (matchCase ? u"instr(%1, %2)"_s : u"instr(lower(%1), lower(%2))"_s)
        .arg(column, bound(text));
}

/// `filters` with `filterCombination`: leaves and nested groups.
QString TelemetryQuery::group(const Json &owner, int depth)
{
    const Json *list = json::find(owner, "filters");
    if (!list || list->is_null() || list->empty())
        return u"1"_s;
    const QString combination =
        json::stringAt(owner, "filterCombination").value_or(u"and"_s).toLower();
    if (!list->is_array())
        refuse(u"filters must be an array"_s);
    if (depth > kMaxDepth)
        refuse(u"Filter groups may be nested %1 deep"_s.arg(kMaxDepth));
    if (combination != "and"_L1 && combination != "or"_L1)
        refuse(u"filterCombination must be and or or"_s);
    QStringList parts;
    for (const Json &filter : *list)
        parts << (memberOf(filter, "kind") == "group"_L1 ? group(filter, depth + 1) : leaf(filter));
    return u"(%1)"_s.arg(parts.join(u" %1 "_s.arg(combination)));
}

QString TelemetryQuery::leaf(const Json &filter)
{
    const QString key = keyIn(filter, "key");
    QString test = sqlFor("tests", memberOf(filter, "operation"));
    if (key.isEmpty() || test.isEmpty())
        refuse(u"A filter needs a key and a known operation, not %1"_s.arg(
            memberOf(filter, "operation")));
    const bool isOpposite = test.startsWith("NOT "_L1);
    if (isOpposite)
        test.remove(0, 4);

    const auto given = textIn(filter);
    if (!given && test.contains("%1"_L1))
        refuse(u"The filter on %1 needs a value"_s.arg(key));
    const QString text = given.value_or(QString());
    if (test.startsWith("value"_L1)) {
        const QString type = memberOf(filter, "type");
        const bool isList = test.contains("IN"_L1);
        Json list = Json::array();
        for (const QString &part :
             isList ? text.split(u',', Qt::SkipEmptyParts) : QStringList(text)) {
            bool ok = true;
            if (type == "number"_L1)
                list.push_back(part.trimmed().toDouble(&ok));
            else
                list.push_back(isList ? part.trimmed() : part);
            if (!ok)
                refuse(u"The filter on %1 needs a number"_s.arg(key));
        }
        // SQLite orders every text above every number, so a comparison must first check the type.
        test = u"type = %1 AND "_s.arg(bound(type)) + test.arg(bound(printed(list)));
    } else if (test.contains("%1"_L1)) {
        test = test.arg(bound(test.startsWith("regexp"_L1) ? pattern(text) : text));
    }
    return u"%1 (SELECT 1 FROM field WHERE event = seq AND key = %2 AND %3)"_s.arg(
        isOpposite ? u"NOT EXISTS"_s : u"EXISTS"_s, bound(key), test);
}

QString TelemetryQuery::calculations()
{
    QStringList groups;
    QString joins;
    for (const Json &entry : m_parameters.value("groupBys", Json::array())) {
        const QString field = u"g%1"_s.arg(groups.size());
        const QString key = keyIn(entry, "value");
        if (key.isEmpty())
            refuse(u"A group-by needs a value, the key to group on"_s);
        const QString name = bound(key);
        joins += u" JOIN field %1 ON %1.event = seq AND %1.key = %2"_s.arg(field, name);
        groups << u"json_object('key', %2, 'value', json(iif(%1.type = 'string', "
                  "json_quote(%1.value), %1.value)))"_s.arg(field, name);
    }

    Json asked = Json::array();
    QStringList labels;
    QStringList computed{u"SELECT 0 AS calculation, '' AS groups, 0 AS step, 0 AS result, "
                         "0 AS events, 0 AS first, 0 AS last WHERE 0"_s};
    for (const Json &entry : m_parameters.value("calculations", Json::array())) {
        const QString name = memberOf(entry, "operator").toLower();
        QString key = keyIn(entry, "key");
        if (sqlFor("operators", name).isEmpty())
            refuse(u"Unknown calculation operator %1"_s.arg(name));
        if (key.isEmpty() && name != "count"_L1)
            refuse(u"The calculation %1 needs a key"_s.arg(name));
        if (key.isEmpty())
            key = u"timestamp"_s; // every event has it
        computed << statementText(u"calculation"_s)
                        .arg(QString::number(asked.size()), sqlFor("operators", name), bound(key));
        asked.push_back({{"calculation", name}});
        labels << memberOf(entry, "alias");
        if (labels.last().isEmpty())
            labels.last() = name;
        else
            asked.back()["alias"] = labels.last();
    }
    const auto resultOf = [this, &labels](const QString &label) {
        if (!labels.contains(label))
            refuse(u"There is no calculation %1"_s.arg(label));
        return u"coalesce((SELECT result FROM total WHERE total.groups = listed.groups "
               "AND calculation = %1), 0)"_s.arg(labels.indexOf(label));
    };
    bind(u":asked"_s, printed(asked));
    bind(u":grouped"_s, !groups.isEmpty());

    QString condition = u"1"_s;
    for (const Json &having : m_parameters.value("havings", Json::array())) {
        QString test = sqlFor("tests", memberOf(having, "operation"));
        const Json *value = json::find(having, "value");
        if (!test.endsWith("->> 0"_L1) || !value || !value->is_number())
            refuse(u"A having needs the alias of a calculation, a comparison and a number"_s);
        test.replace("value"_L1, resultOf(memberOf(having, "key")));
        condition += u" AND "_s + test.arg(bound(printed(Json::array({value ? *value : Json()}))));
    }
    const Json order = m_parameters.value("orderBy", Json());
    QString by; // a single group has no order
    if (!groups.isEmpty())
        by = order.is_object() ? memberOf(order, "value") : labels.value(0);
    bind(u":way"_s, memberOf(order, "order") == "asc"_L1 ? 1 : -1);
    bind(u":groups"_s, limitOf(m_parameters, kMaxLimit));
    return m_selection +
           u", sample AS (SELECT seq, time, iif(whole.value, NULL, time - time % :granularity) AS "
           "step, json_array(%1) AS groups FROM matched%2, json_each('[0, 1]') AS whole), "
           "computed AS (%3)\n"_s.arg(groups.join(u", "_s), joins,
                                      computed.join(u" UNION ALL "_s)) +
           statementText(u"calculations"_s).arg(by.isEmpty() ? u"0"_s : resultOf(by), condition);
}

} // namespace flaredeck::sandbox
