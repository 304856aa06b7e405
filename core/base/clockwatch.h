#pragma once

#include "core/base/clock.h"

namespace flaredeck {

/// The wall clock, which somebody may set, and beside it a clock that never jumps. Lifetimes are
/// measured by the wall clock, and nothing outlives its lifetime by steady(). One thread.
class ClockWatch
{
public:
    /// Time synchronisation corrects the clock by less than this.
    static constexpr Millis kJump = 5LL * 60 * 1000;
    /// A person who set the clock by mistake sets it back within this time.
    static constexpr Millis kBelievedAfter = 10LL * 60 * 1000;

    explicit ClockWatch(const Clock &clock);

    [[nodiscard]] Millis wall() const { return m_clock.now(); }
    /// The wall clock at the start plus the time since then. Never jumps; may differ from the wall
    /// clock by any amount.
    [[nodiscard]] Millis steady() const { return m_clock.monotonic() + m_startOffset; }
    [[nodiscard]] Millis startedAt() const { return m_startedAt; } ///< in steady()
    /// The one rule for deletion by age: whatever is from before the returned moment is older than
    /// `age`. Returns 0, so that nothing is older, until kBelievedAfter has passed since the start
    /// and since the clock was last set.
    [[nodiscard]] Millis olderThan(Millis age) const;

private:
    const Clock &m_clock;
    const Millis m_startOffset; ///< wall clock minus monotonic clock
    const Millis m_startedAt;
    // Mutable because reading the clock notices that it was set, and readers have a const
    // ClockWatch.
    mutable Millis m_offset;     ///< wall clock minus monotonic clock, since the clock was last set
    mutable Millis m_stoodSince; ///< monotonic time at which the clock was last set
};

} // namespace flaredeck
