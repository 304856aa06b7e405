#include "core/sandbox/calculations.h"

#include "core/sandbox/eventfields.h"

#include <QDateTime>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

using namespace Qt::StringLiterals;

namespace flaredeck::sandbox {

namespace {

constexpr qint64 kMaxGroups = 2000;

auto invalid(const QString &message)
{
    return fail(Error::Kind::InvalidInput, message);
}

/// Whole numbers without a fraction, as the API prints them.
Json number(double value)
{
    constexpr double kExact = 9007199254740992.0; // 2^53
    if (std::trunc(value) == value && std::abs(value) < kExact)
        return static_cast<qint64>(value);
    return value;
}

Json aggregateJson(double value, std::size_t count)
{
    // Nothing is sampled here, so each event stands for itself.
    return {{"value", number(value)}, {"count", count}, {"interval", 1}, {"sampleInterval", 1}};
}

QString isoTime(Millis time)
{
    return QDateTime::fromMSecsSinceEpoch(time).toUTC().toString(Qt::ISODateWithMs);
}

const Json &listAt(const Json &object, const char *key)
{
    static const Json kNone = Json::array();
    const Json *list = json::find(object, key);
    return list && list->is_array() ? *list : kNone;
}

bool holds(double left, const QString &operation, double right)
{
    if (operation == "eq"_L1 || operation == "="_L1)
        return left == right;
    if (operation == "neq"_L1 || operation == "!="_L1)
        return left != right;
    if (operation == "gt"_L1 || operation == ">"_L1)
        return left > right;
    if (operation == "gte"_L1 || operation == ">="_L1)
        return left >= right;
    if (operation == "lt"_L1 || operation == "<"_L1)
        return left < right;
    return left <= right;
}

bool isComparison(const QString &operation)
{
    static const QStringList all{u"eq"_s,  u"="_s,  u"neq"_s, u"!="_s, u"gt"_s,  u">"_s,
                                 u"gte"_s, u">="_s, u"lt"_s,  u"<"_s,  u"lte"_s, u"<="_s};
    return all.contains(operation);
}

} // namespace

Calculations::Calculations(TelemetryStore &store, Selection selection, Millis granularity)
    : m_store(store)
    , m_selection(std::move(selection))
    , m_granularity(granularity)
{
}

Millis Calculations::automaticGranularity(Millis from, Millis to)
{
    constexpr std::array<Millis, 10> kSteps{1'000,   5'000,     15'000,    60'000,     300'000,
                                            900'000, 1'800'000, 3'600'000, 10'800'000, 21'600'000};
    for (const Millis step : kSteps) {
        if ((to - from) / step <= 60)
            return step;
    }
    return kSteps.back();
}

Result<std::vector<Calculations::Calculation>> Calculations::parse(const Json &parameters)
{
    std::vector<Calculation> calculations;
    for (const Json &entry : listAt(parameters, "calculations")) {
        const QString name = json::stringAt(entry, "operator").value_or(QString());
        const auto aggregate = Aggregate::named(name);
        if (!aggregate)
            return invalid(u"Unknown calculation operator %1"_s.arg(name));
        const QString key = canonicalKey(json::stringAt(entry, "key").value_or(QString()));
        if (aggregate->needsKey() && key.isEmpty())
            return invalid(u"The calculation %1 needs a key"_s.arg(name));
        calculations.push_back(
            {*aggregate, name.toLower(), key, json::stringAt(entry, "alias").value_or(QString())});
    }
    return calculations;
}

Result<Calculations::Groups> Calculations::samplesOf(const Calculation &calculation,
                                                     const QStringList &groupKeys)
{
    // json_extract with several paths gives a JSON array, which keeps true apart from 1.
    const QString valuePath =
        calculation.key.isEmpty() ? u"$.timestamp"_s : filters::pathOf(calculation.key);
    QVariantList values{u"$.timestamp"_s, valuePath};
    QString paths = u"?, ?"_s;
    for (const QString &key : groupKeys) {
        values << filters::pathOf(key);
        paths += u", ?"_s;
    }
    if (std::any_of(values.begin(), values.end(),
                    [](const QVariant &path) { return path.toString().isEmpty(); }))
        return Groups{};

    const Condition where = m_selection.where();
    Result<QSqlQuery> rows =
        m_store.run(u"SELECT json_extract(fields, %1) FROM event %2"_s.arg(paths, where.sql),
                    values + where.values);
    if (!rows)
        return fail(rows.error());

    Groups groups;
    if (groupKeys.isEmpty())
        groups[{}]; // a count of nothing is 0, not missing
    while (rows->next()) {
        const Result<Json> row = json::parse(rows->value(0).toByteArray());
        if (!row)
            return fail(row.error());
        const Group group(row->begin() + 2, row->end());
        // An event without the value or without a group key has no place in the answer.
        const bool complete =
            !(*row)[1].is_null() &&
            std::none_of(group.begin(), group.end(), [](const Json &v) { return v.is_null(); });
        if (complete)
            groups[group].push_back({(*row)[0].get<Millis>(), (*row)[1]});
    }
    return groups;
}

namespace {

template <typename Samples>
std::vector<Json> valuesOf(const Samples &samples)
{
    std::vector<Json> values;
    values.reserve(samples.size());
    for (const auto &sample : samples)
        values.push_back(sample.value);
    return values;
}

} // namespace

Result<Json> Calculations::run(const Json &parameters)
{
    const Result<std::vector<Calculation>> calculations = parse(parameters);
    if (!calculations)
        return fail(calculations.error());
    QStringList groupKeys;
    for (const Json &entry : listAt(parameters, "groupBys")) {
        const QString key = canonicalKey(json::stringAt(entry, "value").value_or(QString()));
        if (key.isEmpty())
            return invalid(u"A group-by needs a value, the key to group on"_s);
        groupKeys << key;
    }

    std::vector<Groups> samples;
    std::map<Group, std::vector<double>> table; // group → one value per calculation
    for (std::size_t i = 0; i < calculations->size(); ++i) {
        Result<Groups> groups = samplesOf((*calculations)[i], groupKeys);
        if (!groups)
            return fail(groups.error());
        for (const auto &[group, members] : *groups) {
            auto &row = table[group];
            row.resize(calculations->size());
            row[i] = (*calculations)[i].aggregate.of(valuesOf(members));
        }
        samples.push_back(std::move(*groups));
    }

    const auto indexOf = [&calculations](const QString &name) -> std::optional<std::size_t> {
        for (std::size_t i = 0; i < calculations->size(); ++i) {
            if ((*calculations)[i].label() == name)
                return i;
        }
        return {};
    };

    for (const Json &having : listAt(parameters, "havings")) {
        const QString key = json::stringAt(having, "key").value_or(QString());
        const QString operation = json::stringAt(having, "operation").value_or(QString());
        const Json *value = json::find(having, "value");
        const auto index = indexOf(key);
        if (!index || !isComparison(operation) || !value || !value->is_number())
            return invalid(
                u"A having needs the alias of a calculation, a comparison and a number"_s);
        std::erase_if(table, [&](const auto &entry) {
            return !holds(entry.second[*index], operation, value->get<double>());
        });
    }

    std::vector<Group> shown;
    shown.reserve(table.size());
    for (const auto &[group, row] : table)
        shown.push_back(group);
    if (!groupKeys.isEmpty() && !calculations->empty()) {
        std::size_t by = 0;
        bool ascending = false;
        if (const Json *order = json::find(parameters, "orderBy"); order && order->is_object()) {
            const QString alias = json::stringAt(*order, "value").value_or(QString());
            const auto index = indexOf(alias);
            if (!index)
                return invalid(u"orderBy names no calculation: %1"_s.arg(alias));
            by = *index;
            ascending = json::stringAt(*order, "order") == u"asc"_s;
        }
        std::stable_sort(shown.begin(), shown.end(), [&](const Group &a, const Group &b) {
            return ascending ? table[a][by] < table[b][by] : table[a][by] > table[b][by];
        });
        const qint64 limit = json::integerAt(parameters, "limit").value_or(kMaxGroups);
        if (limit < 0 || limit > kMaxGroups)
            return invalid(u"limit must be from 0 to 2000"_s);
        if (shown.size() > static_cast<std::size_t>(limit))
            shown.resize(static_cast<std::size_t>(limit));
    }

    Json result = Json::array();
    for (std::size_t i = 0; i < calculations->size(); ++i)
        result.push_back(toJson((*calculations)[i], samples[i], shown, groupKeys));
    return result;
}

Json Calculations::toJson(const Calculation &calculation, const Groups &groups,
                          const std::vector<Group> &shown, const QStringList &groupKeys) const
{
    Json aggregates = Json::array();
    std::map<Millis, Json> series;
    for (const Group &group : shown) {
        const auto members = groups.find(group);
        if (members == groups.end())
            continue;
        Json names = Json::array();
        for (std::size_t i = 0; i < group.size(); ++i)
            names.push_back({{"key", groupKeys[static_cast<qsizetype>(i)]}, {"value", group[i]}});
        const auto labelled = [&names](Json aggregate) {
            if (!names.empty())
                aggregate["groups"] = names;
            return aggregate;
        };

        const auto &samples = members->second;
        aggregates.push_back(
            labelled(aggregateJson(calculation.aggregate.of(valuesOf(samples)), samples.size())));

        std::map<Millis, std::vector<Sample>> buckets;
        for (const Sample &sample : samples)
            buckets[sample.time - sample.time % m_granularity].push_back(sample);
        for (const auto &[time, bucket] : buckets) {
            Json entry =
                labelled(aggregateJson(calculation.aggregate.of(valuesOf(bucket)), bucket.size()));
            const auto [first, last] =
                std::minmax_element(bucket.begin(), bucket.end(),
                                    [](const auto &a, const auto &b) { return a.time < b.time; });
            entry["firstSeen"] = isoTime(first->time);
            entry["lastSeen"] = isoTime(last->time);
            series[time].push_back(std::move(entry));
        }
    }

    Json points = Json::array();
    for (auto &[time, data] : series)
        points.push_back({{"time", isoTime(time)}, {"data", std::move(data)}});
    Json result{{"calculation", calculation.operatorName},
                {"aggregates", std::move(aggregates)},
                {"series", std::move(points)}};
    if (!calculation.alias.isEmpty())
        result["alias"] = calculation.alias;
    return result;
}

} // namespace flaredeck::sandbox
