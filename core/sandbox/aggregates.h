#pragma once

#include "core/base/json.h"

#include <vector>

namespace flaredeck::sandbox {

/// A calculation operator of the query API. Pure arithmetic, no storage.
class Aggregate
{
public:
    enum class Operator { Count, Uniq, Sum, Avg, Min, Max, Quantile, StdDev, Variance };

    /// Lower-case names, the upper-case spellings, and COUNT_DISTINCT for uniq.
    [[nodiscard]] static std::optional<Aggregate> named(const QString &name);

    [[nodiscard]] Operator operation() const { return m_operator; }
    [[nodiscard]] bool needsKey() const { return m_operator != Operator::Count; }

    /// `values` holds one entry per event that has the key; all but uniq look at numbers only.
    /// Quantiles interpolate between the closest ranks; deviations are those of the whole
    /// population. Nothing to look at gives 0.
    [[nodiscard]] double of(const std::vector<Json> &values) const;

private:
    explicit Aggregate(Operator operation, double level = 0)
        : m_operator(operation)
        , m_level(level)
    {
    }

    Operator m_operator;
    double m_level; ///< 0…1, for Quantile
};

} // namespace flaredeck::sandbox
