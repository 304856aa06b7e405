#pragma once

#include "core/store/audit/audit.h"

#include <map>

namespace flaredeck::store {

/// Keeps a flood of equal events from pushing older rows out of the audit trail: the first event is
/// written at once, those that follow within a window are counted and become one row. The windows
/// of a continuing flood grow up to an hour; too many different events share one window. Pure:
/// `now` is the monotonic time.
class AuditRepeats
{
public:
    static constexpr Millis kWindow = 60'000;
    static constexpr Millis kLongestWindow = 60 * kWindow;
    static constexpr int kMostWindows = 16;
    static constexpr int kBurst = 20;               ///< how many windows may begin at once
    static constexpr Millis kRefill = 10 * kWindow; ///< until one more may begin

    /// Returns the event when it has to be written now.
    [[nodiscard]] std::optional<AuditEvent> take(const AuditEvent &event, Millis now);
    /// The counted events of windows that have ended.
    [[nodiscard]] QList<AuditEvent> due(Millis now);
    /// All counted events; ends every window.
    [[nodiscard]] QList<AuditEvent> takeAll();
    /// When due() will next return something; empty without windows.
    [[nodiscard]] std::optional<Millis> nextDue() const;

private:
    struct Window {
        AuditEvent counted; ///< count 0 = none so far
        Millis length = kWindow;
        Millis endsAt = 0;
    };
    [[nodiscard]] bool mayBegin(Millis now);

    std::map<QString, Window> m_windows;
    int m_begun = 0; ///< begun windows that kRefill has not yet refilled
    Millis m_refilledAt = 0;
};

} // namespace flaredeck::store
