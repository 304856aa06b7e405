#pragma once

#include "core/base/clock.h"
#include "core/base/json.h"

#include <QVariantMap>

namespace flaredeck::sandbox {

/// A telemetry request as SQL. The statements are in resources/sandbox/telemetry/, schema.sql says
/// over which tables; what differs from request to request is written here.
class TelemetryQuery
{
public:
    TelemetryQuery(const QString &account, const Json &body);

    /// The first thing that is wrong with the request; the rest counts only while it is empty.
    [[nodiscard]] const QString &problem() const { return m_problem; }
    void refuse(const QString &problem);

    /// A statement of that folder about the events that are asked for.
    [[nodiscard]] QString with(const QString &statement) const;
    /// calculations.sql, made up for what is asked.
    [[nodiscard]] QString calculations();

    /// For the question marks, by name.
    [[nodiscard]] const QVariantMap &values() const { return m_values; }
    void bind(const QString &name, const QVariant &value) { m_values.insert(name, value); }
    void bindLimit(qint64 fallback);

private:
    [[nodiscard]] QString bound(const QVariant &value);
    [[nodiscard]] qint64 limitOf(const Json &owner, qint64 fallback);
    [[nodiscard]] QString group(const Json &owner, int depth);
    [[nodiscard]] QString leaf(const Json &filter);
    [[nodiscard]] QString pattern(const QString &text);
    [[nodiscard]] QString search(const QString &column, const Json *needle);

    const Json m_body;
    Json m_parameters;
    QString m_selection;
    QVariantMap m_values;
    QString m_problem;
};

} // namespace flaredeck::sandbox
