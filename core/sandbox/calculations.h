#pragma once

#include "core/sandbox/aggregates.h"
#include "core/sandbox/telemetrystore.h"

namespace flaredeck::sandbox {

/// The calculations view: groups, aggregates, series, having, order, limit.
class Calculations
{
public:
    Calculations(TelemetryStore &store, Selection selection, Millis granularity);

    /// The `calculations` array for `parameters` of a query.
    [[nodiscard]] Result<Json> run(const Json &parameters);

    /// A bucket width that cuts the timeframe into some sixty parts.
    [[nodiscard]] static Millis automaticGranularity(Millis from, Millis to);

private:
    struct Calculation {
        Aggregate aggregate;
        QString operatorName;
        QString key;
        QString alias;

        [[nodiscard]] const QString &label() const
        {
            return alias.isEmpty() ? operatorName : alias;
        }
    };
    /// The value of the group-by keys, in their order; empty without group-by.
    using Group = std::vector<Json>;
    struct Sample {
        Millis time = 0;
        Json value;
    };
    using Groups = std::map<Group, std::vector<Sample>>;

    [[nodiscard]] static Result<std::vector<Calculation>> parse(const Json &parameters);
    [[nodiscard]] Result<Groups> samplesOf(const Calculation &calculation,
                                           const QStringList &groupKeys);
    [[nodiscard]] Json toJson(const Calculation &calculation, const Groups &groups,
                              const std::vector<Group> &shown, const QStringList &groupKeys) const;

    TelemetryStore &m_store;
    Selection m_selection;
    Millis m_granularity;
};

} // namespace flaredeck::sandbox
