#pragma once

#include "core/sandbox/eventgenerator.h"
#include "core/sandbox/inventory.h"
#include "core/sandbox/sandbox.h"
#include "core/sandbox/telemetry.h"
#include "tests/support/manualclock.h"

#include <QTest>

#include <string>
#include <vector>

namespace flaredeck::sandbox {

constexpr int kLimit = 300;

inline std::string text(const Json &fields, const char *key)
{
    return fields.contains(key) && fields[key].is_string() ? fields[key].get<std::string>() : "";
}

inline double number(const Json &fields, const char *key)
{
    return fields.contains(key) && fields[key].is_number() ? fields[key].get<double>() : -1;
}

inline Json filter(const char *key, const char *operation, const Json &value,
                   const char *type = "string")
{
    return {{"key", key}, {"operation", operation}, {"value", value}, {"type", type}};
}

inline void flattenInto(Json &fields, const std::string &path, const Json &value)
{
    if (!value.is_object()) {
        fields[path] = value;
        return;
    }
    for (const auto &[key, member] : value.items())
        flattenInto(fields, path.empty() ? key : path + '.' + key, member);
}

/// The part of an event that a query can see: one flat object from key to string, number or
/// boolean.
inline Json flatten(const Json &event)
{
    Json fields = Json::object();
    for (const auto &[key, value] : event.items()) {
        const bool isSource = key == "source";
        flattenInto(fields, !isSource ? key : value.is_object() ? "" : "message", value);
    }
    return fields;
}

/// A test on the generated events. Every expected value is computed from the raw events, without
/// SQL.
class TelemetryTest : public QObject
{
protected:
    void generate()
    {
        for (const GeneratedEvent &event : generateEvents(m_clock.now(), Sandbox::kEvents)) {
            if (event.account == m_account)
                m_raw.push_back({event.body, flatten(event.body), event.timestamp});
        }
    }

    struct Raw {
        Json body;
        Json fields;
        Millis time;
    };

    Json body(const Json &parameters, const char *view = "events") const
    {
        return {{"queryId", "test"},
                {"view", view},
                {"limit", kLimit},
                {"parameters", parameters},
                {"timeframe", {{"from", m_clock.now() - 7 * test::kDay}, {"to", m_clock.now()}}}};
    }
    Json run(const Json &request)
    {
        const Result<Json> result = m_telemetry.query(m_account, request);
        if (!result)
            qWarning("%s", qPrintable(result.error().message));
        return result.value_or(Json());
    }

    test::ManualClock m_clock;
    Telemetry m_telemetry{m_clock,
                          [](Millis now) { return generateEvents(now, Sandbox::kEvents); }};
    QString m_account = inventory::accounts().first().id;
    std::vector<Raw> m_raw; ///< of m_account, oldest first
};

} // namespace flaredeck::sandbox
