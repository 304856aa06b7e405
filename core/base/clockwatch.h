#pragma once

#include "core/base/clock.h"

#include <QString>

#include <optional>

namespace flaredeck {

/// Notices when somebody sets the wall clock, by comparing it with the monotonic one at each use.
/// Deadlines that only matter while the program runs are counted by steady(); what ends for good at
/// a date waits for now(). One thread.
class ClockWatch
{
public:
    /// Time synchronisation corrects by less, and that is followed at once.
    static constexpr Millis kJump = 5LL * 60 * 1000;
    /// A clock that was set by mistake is set back by then.
    static constexpr Millis kBelievedAfter = 10LL * 60 * 1000;

    explicit ClockWatch(const Clock &clock);

    /// The wall clock, save that a jump is believed only after it has stood for kBelievedAfter.
    [[nodiscard]] Millis now() const;
    /// What the wall clock showed at the start plus the time since then: never jumps. Its distance
    /// to the wall clock is unbounded.
    [[nodiscard]] Millis steady() const;
    [[nodiscard]] Millis startedAt() const { return m_startOffset + m_startedAt; } ///< in steady()
    /// The one rule for what is deleted for its age: what was before this moment is older than
    /// `age`. Only a clock that has stood for kBelievedAfter, since the start or since it was set,
    /// may say so; until then it is 0, and nothing was before that.
    [[nodiscard]] Millis olderThan(Millis age) const;
    /// Tells the starts of this computer apart, in each of which the monotonic clock begins anew;
    /// empty when the system does not say.
    [[nodiscard]] static const QString &boot();
    /// The wall clock as it is.
    [[nodiscard]] Millis wall() const { return m_clock.now(); }

private:
    struct Jump {
        Millis offset = 0;
        Millis seenAt = 0; ///< monotonic
    };
    /// Wall clock minus monotonic clock as it is now; notes since when it has stood.
    [[nodiscard]] Millis look() const;
    /// The same, as far as believed.
    [[nodiscard]] Millis believedOffset() const;

    const Clock &m_clock;
    const Millis m_startedAt; ///< monotonic
    const Millis m_startOffset;
    // Looking at the clock is what notices the jump, and readers have a const clock.
    mutable Millis m_offset;
    mutable std::optional<Jump> m_jump;
    mutable Jump m_stands; ///< the offset that has stood, and since when
};

} // namespace flaredeck
