#pragma once

#include "core/base/clock.h"
#include "core/base/json.h"

namespace flaredeck::tools {

/// A period in epoch milliseconds, as telemetry wants it.
struct Timeframe {
    Millis from = 0;
    Millis to = 0;

    [[nodiscard]] Json toJson() const { return {{"from", from}, {"to", to}}; }
    bool operator==(const Timeframe &) const = default;
};

/// A signed distance such as "-30m" or "+1h30m", in seconds. Spaces and case do not matter.
[[nodiscard]] Result<qint64> parseOffset(const QString &text);

/// The period that a `timeframe` argument means: from and to, or an offset from a reference (now
/// when there is none), or the last hour when it is null or empty.
[[nodiscard]] Result<Timeframe> resolveTimeframe(const Json &timeframe, Millis now);

} // namespace flaredeck::tools
