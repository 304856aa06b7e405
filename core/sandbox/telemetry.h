#pragma once

#include "core/sandbox/telemetrystore.h"

namespace flaredeck::sandbox {

/// The three telemetry endpoints. Bodies and results are those of Cloudflare's API; errors are
/// InvalidInput with the cause. Every answer is computed from the stored events.
class Telemetry
{
public:
    explicit Telemetry(const Clock &clock);

    [[nodiscard]] Result<Json> query(const QString &account, const Json &body);
    [[nodiscard]] Result<Json> keys(const QString &account, const Json &body);
    [[nodiscard]] Result<Json> values(const QString &account, const Json &body);

private:
    [[nodiscard]] Result<Selection> select(const QString &account, const Json &body) const;
    [[nodiscard]] Result<Json> statistics(const Selection &selection, Millis startedAt);
    [[nodiscard]] Result<Json> events(const Selection &selection, const Json &body,
                                      Millis granularity);
    [[nodiscard]] Result<Json> invocations(const Selection &selection, const Json &body);
    [[nodiscard]] Result<Condition> pageOf(const Json &body);
    [[nodiscard]] Result<Json> eventSeries(const Selection &selection, Millis granularity);

    const Clock &m_clock;
    TelemetryStore m_store;
};

} // namespace flaredeck::sandbox
