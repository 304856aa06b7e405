#include "core/base/clockwatch.h"

namespace flaredeck {

ClockWatch::ClockWatch(const Clock &clock)
    : m_clock(clock)
    , m_startOffset(clock.now() - clock.monotonic())
    , m_startedAt(steady())
    , m_offset(m_startOffset)
    , m_stoodSince(clock.monotonic())
{
}

Millis ClockWatch::olderThan(Millis age) const
{
    const Millis monotonic = m_clock.monotonic();
    const Millis offset = m_clock.now() - monotonic;
    // Compared with the last setting, not the last call: many small steps are a jump as well.
    if (qAbs(offset - m_offset) >= kJump) {
        m_offset = offset;
        m_stoodSince = monotonic;
    }
    return monotonic - m_stoodSince >= kBelievedAfter ? monotonic + offset - age : 0;
}

} // namespace flaredeck
