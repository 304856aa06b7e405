#include "core/sandbox/aggregates.h"

#include <QHash>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

using namespace Qt::StringLiterals;

namespace flaredeck::sandbox {

namespace {

double sum(const std::vector<double> &numbers)
{
    return std::accumulate(numbers.begin(), numbers.end(), 0.0);
}

double variance(const std::vector<double> &numbers)
{
    const auto count = static_cast<double>(numbers.size());
    const double mean = sum(numbers) / count;
    double squares = 0;
    for (const double number : numbers)
        squares += (number - mean) * (number - mean);
    return squares / count;
}

double quantile(std::vector<double> numbers, double level)
{
    std::sort(numbers.begin(), numbers.end());
    const double rank = level * static_cast<double>(numbers.size() - 1);
    const auto below = static_cast<std::size_t>(rank);
    const std::size_t above = std::min(below + 1, numbers.size() - 1);
    const double share = rank - static_cast<double>(below);
    return numbers[below] + share * (numbers[above] - numbers[below]);
}

} // namespace

std::optional<Aggregate> Aggregate::named(const QString &name)
{
    static const QHash<QString, Aggregate> all{
        {u"count"_s, Aggregate(Operator::Count)},
        {u"uniq"_s, Aggregate(Operator::Uniq)},
        {u"count_distinct"_s, Aggregate(Operator::Uniq)},
        {u"sum"_s, Aggregate(Operator::Sum)},
        {u"avg"_s, Aggregate(Operator::Avg)},
        {u"min"_s, Aggregate(Operator::Min)},
        {u"max"_s, Aggregate(Operator::Max)},
        {u"median"_s, Aggregate(Operator::Quantile, 0.5)},
        {u"p001"_s, Aggregate(Operator::Quantile, 0.001)},
        {u"p01"_s, Aggregate(Operator::Quantile, 0.01)},
        {u"p05"_s, Aggregate(Operator::Quantile, 0.05)},
        {u"p10"_s, Aggregate(Operator::Quantile, 0.1)},
        {u"p25"_s, Aggregate(Operator::Quantile, 0.25)},
        {u"p75"_s, Aggregate(Operator::Quantile, 0.75)},
        {u"p90"_s, Aggregate(Operator::Quantile, 0.9)},
        {u"p95"_s, Aggregate(Operator::Quantile, 0.95)},
        {u"p99"_s, Aggregate(Operator::Quantile, 0.99)},
        {u"p999"_s, Aggregate(Operator::Quantile, 0.999)},
        {u"stddev"_s, Aggregate(Operator::StdDev)},
        {u"variance"_s, Aggregate(Operator::Variance)},
    };
    const auto found = all.constFind(name.toLower());
    return found == all.constEnd() ? std::nullopt : std::optional(*found);
}

double Aggregate::of(const std::vector<Json> &values) const
{
    if (m_operator == Operator::Count)
        return static_cast<double>(values.size());
    if (m_operator == Operator::Uniq)
        return static_cast<double>(std::set<Json>(values.begin(), values.end()).size());

    std::vector<double> numbers;
    numbers.reserve(values.size());
    for (const Json &value : values) {
        if (value.is_number())
            numbers.push_back(value.get<double>());
    }
    if (numbers.empty())
        return 0;
    switch (m_operator) {
    case Operator::Sum:
        return sum(numbers);
    case Operator::Avg:
        return sum(numbers) / static_cast<double>(numbers.size());
    case Operator::Min:
        return *std::min_element(numbers.begin(), numbers.end());
    case Operator::Max:
        return *std::max_element(numbers.begin(), numbers.end());
    case Operator::Quantile:
        return quantile(std::move(numbers), m_level);
    case Operator::StdDev:
        return std::sqrt(variance(numbers));
    case Operator::Variance:
        return variance(numbers);
    case Operator::Count:
    case Operator::Uniq:
        break;
    }
    return 0;
}

} // namespace flaredeck::sandbox
