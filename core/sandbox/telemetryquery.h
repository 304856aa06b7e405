#pragma once

#include "core/base/clock.h"
#include "core/base/json.h"

#include <QVariantMap>

namespace flaredeck::sandbox {

/// A telemetry request as SQL. The statements are in resources/sandbox/telemetry/, their tables in
/// schema.sql there; the parts that depend on the request are generated here.
class TelemetryQuery
{
public:
    TelemetryQuery(const QString &account, const Json &body);

    /// The first error in the request; everything else is valid only while this is empty.
    [[nodiscard]] const QString &problem() const { return m_problem; }
    void refuse(const QString &problem);

    /// A statement of that folder for the selected events.
    [[nodiscard]] QString with(const QString &statement) const;
    /// calculations.sql, completed for the request.
    [[nodiscard]] QString calculations();

    /// The values of the placeholders, by name.
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
