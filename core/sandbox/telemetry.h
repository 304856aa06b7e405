#pragma once

#include "core/sandbox/eventgenerator.h"
#include "core/sandbox/telemetryquery.h"

#include <functional>

class QSqlDatabase;

namespace flaredeck::sandbox {

/// The three telemetry endpoints. Bodies and results are those of Cloudflare's API; errors are
/// InvalidInput with the cause. Every answer is computed from events in an in-memory SQLite
/// database, which is created at the first query, because most runs never query and idle memory
/// matters.
class Telemetry
{
public:
    using Source = std::function<std::vector<GeneratedEvent>(Millis now)>;

    Telemetry(const Clock &clock, Source events);
    ~Telemetry();
    Telemetry(const Telemetry &) = delete;
    Telemetry &operator=(const Telemetry &) = delete;

    [[nodiscard]] Result<Json> query(const QString &account, const Json &body);
    [[nodiscard]] Result<Json> keys(const QString &account, const Json &body);
    [[nodiscard]] Result<Json> values(const QString &account, const Json &body);

private:
    /// The JSON in the single column of the single row; null without a row.
    [[nodiscard]] Result<Json> run(const TelemetryQuery &query, const QString &sql);
    [[nodiscard]] bool fill(QSqlDatabase &database) const;

    const Clock &m_clock;
    const Source m_source;
    const QString m_connection;
};

} // namespace flaredeck::sandbox
