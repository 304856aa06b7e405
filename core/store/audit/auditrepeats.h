#pragma once

#include "core/store/audit/audit.h"

#include <map>

namespace flaredeck::store {

/// Keeps a flood of equal events out of the audit trail, where it would push older rows out: the
/// first is written at once, those that follow within a window are counted and become one row.
/// Windows of what goes on and on grow up to an hour; whoever invents new kinds of events ends up
/// in one that they share. Pure: `now` is the monotonic time.
class AuditRepeats
{
public:
    static constexpr Millis kWindow = 60'000;
    static constexpr Millis kLongestWindow = 60 * kWindow;
    static constexpr int kMostWindows = 16;
    static constexpr int kBurst = 20;               ///< so many windows may begin at once
    static constexpr Millis kRefill = 10 * kWindow; ///< until one more may begin

    /// The event, when it has to be written now.
    [[nodiscard]] std::optional<AuditEvent> take(const AuditEvent &event, Millis now);
    /// What was counted in windows that have ended.
    [[nodiscard]] QList<AuditEvent> due(Millis now);
    /// Everything that was counted; no window stays.
    [[nodiscard]] QList<AuditEvent> takeAll();
    /// When due() has something to do next; nothing without windows.
    [[nodiscard]] std::optional<Millis> nextDue() const;

private:
    struct Window {
        AuditEvent counted; ///< count 0 = none so far
        Millis length = kWindow;
        Millis endsAt = 0;
    };
    [[nodiscard]] bool mayBegin(Millis now);

    std::map<QString, Window> m_windows;
    int m_begun = 0; ///< beginnings that were not made good by time
    Millis m_refilledAt = 0;
};

} // namespace flaredeck::store
