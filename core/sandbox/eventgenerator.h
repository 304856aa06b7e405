#pragma once

#include "core/base/clock.h"
#include "core/base/json.h"

#include <vector>

namespace flaredeck::sandbox {

struct GeneratedEvent {
    QString account; ///< id
    Millis timestamp = 0;
    Json body; ///< one event as the API shows it: dataset, timestamp, source, $metadata, $workers
};

inline const QString kDataset = QStringLiteral("cloudflare-workers");

/// How far back the generated events go, and therefore the longest timeframe of a query.
constexpr Millis kTelemetrySpan = 7LL * 24 * 60 * 60 * 1000;

/// `count` events of the last seven days, oldest first, denser towards `now`: runs of the Workers
/// in resources/sandbox/workers.json, with the texts of traffic.json. The same arguments always
/// give the same events.
[[nodiscard]] std::vector<GeneratedEvent> generateEvents(Millis now, int count);

} // namespace flaredeck::sandbox
