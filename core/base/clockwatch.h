#pragma once

#include "core/base/clock.h"

namespace flaredeck {

/// The wall clock, which somebody may set, beside one that never jumps. One rule for lifetimes: the
/// wall clock counts, and nothing lives longer than its lifetime by steady(). One thread.
class ClockWatch
{
public:
    /// Time synchronisation corrects by less.
    static constexpr Millis kJump = 5LL * 60 * 1000;
    /// A clock that was set by mistake is set back by then.
    static constexpr Millis kBelievedAfter = 10LL * 60 * 1000;

    explicit ClockWatch(const Clock &clock);

    [[nodiscard]] Millis wall() const { return m_clock.now(); }
    /// What the wall clock showed at the start plus the time since then: never jumps. Its distance
    /// to the wall clock is unbounded.
    [[nodiscard]] Millis steady() const { return m_clock.monotonic() + m_startOffset; }
    [[nodiscard]] Millis startedAt() const { return m_startedAt; } ///< in steady()
    /// The one rule for what is deleted for its age: what was before this moment is older than
    /// `age`. Only a clock that has stood for kBelievedAfter, since the start or since it was set,
    /// may say so; until then it is 0, and nothing was before that.
    [[nodiscard]] Millis olderThan(Millis age) const;

private:
    const Clock &m_clock;
    const Millis m_startOffset; ///< wall clock minus monotonic clock
    const Millis m_startedAt;
    // Looking at the clock is what notices that it was set, and readers have a const clock.
    mutable Millis m_offset;     ///< that has stood
    mutable Millis m_stoodSince; ///< monotonic
};

} // namespace flaredeck
