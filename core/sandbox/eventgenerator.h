#pragma once

#include "core/base/clock.h"
#include "core/base/json.h"

#include <QString>

#include <vector>

namespace flaredeck::sandbox {

struct GeneratedEvent {
    QString account; ///< id
    Millis timestamp = 0;
    Json body; ///< one event as the API shows it: dataset, timestamp, source, $metadata, $workers
};

/// How far back the generated events reach, and so the longest timeframe of a query.
constexpr Millis kTelemetrySpan = 7LL * 24 * 60 * 60 * 1000;

/// `count` events of the last seven days, oldest first, denser towards `now`. The same arguments
/// always give the same events.
[[nodiscard]] std::vector<GeneratedEvent> generateEvents(Millis now, int count);

} // namespace flaredeck::sandbox
