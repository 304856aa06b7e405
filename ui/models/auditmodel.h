#pragma once

#include "core/store/audit/auditreader.h"
#include "ui/models/pagedmodel.h"
#include "ui/theme/tokens.h"

namespace flaredeck::ui {

/// The audit trail.
class AuditModel : public PagedModel<store::AuditRow>
{
    Q_OBJECT

public:
    /// In the order of the list in the source.
    enum Columns { Time, Event, Client, Outcome, Program };

    explicit AuditModel(Read read, QObject *parent = nullptr);

protected:
    [[nodiscard]] qint64 number(const store::AuditRow &row) const override { return row.sequence; }
};

/// Texts about an event.
namespace audittext {
[[nodiscard]] QString event(const store::AuditRow &row);
[[nodiscard]] QString icon(const store::AuditRow &row);
[[nodiscard]] Tone tone(const store::AuditRow &row);
[[nodiscard]] QString client(const store::AuditRow &row);  ///< "—" when none is concerned
[[nodiscard]] QString program(const store::AuditRow &row); ///< "node · 41822", "—"
} // namespace audittext

} // namespace flaredeck::ui
