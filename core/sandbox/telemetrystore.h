#pragma once

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/sandbox/filters.h"

#include <QSqlQuery>

#include <memory>

class QSqlDatabase;

namespace flaredeck::sandbox {

/// The generated events in an SQLite database in memory:
///   event(seq, id, account, time, request, body, fields)
/// Made at the first question, because most runs never ask and idle memory counts.
class TelemetryStore
{
public:
    explicit TelemetryStore(const Clock &clock);
    ~TelemetryStore();
    TelemetryStore(const TelemetryStore &) = delete;
    TelemetryStore &operator=(const TelemetryStore &) = delete;

    /// `sql` with its values in order; the query is positioned before the first row.
    [[nodiscard]] Result<QSqlQuery> run(const QString &sql, const QVariantList &values);

private:
    Result<> ensureFilled();
    Result<> fill(QSqlDatabase &database);

    const Clock &m_clock;
    const QString m_connection;
    bool m_filled = false;
};

/// The events of one account in a timeframe that match filters and needle.
struct Selection {
    QString account;
    Millis from = 0;
    Millis to = 0;
    Condition condition = Condition::always();

    /// "WHERE …" and its values.
    [[nodiscard]] Condition where() const;
};

} // namespace flaredeck::sandbox
