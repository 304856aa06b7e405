#include "core/base/clockwatch.h"

namespace flaredeck {

namespace {

bool differ(Millis a, Millis b)
{
    return (a > b ? a - b : b - a) >= ClockWatch::kJump;
}

} // namespace

ClockWatch::ClockWatch(const Clock &clock)
    : m_clock(clock)
    , m_startedAt(clock.monotonic())
    , m_startOffset(clock.now() - m_startedAt)
    , m_offset(m_startOffset)
{
}

Millis ClockWatch::now() const
{
    return m_clock.monotonic() + believedOffset();
}

Millis ClockWatch::steady() const
{
    return m_clock.monotonic() + m_startOffset;
}

Millis ClockWatch::believedOffset() const
{
    const Millis monotonic = m_clock.monotonic();
    const Millis offset = m_clock.now() - monotonic;
    const bool isSmall = !differ(offset, m_offset);
    const bool isNew = !m_jump || differ(offset, m_jump->offset);
    if (isSmall || (!isNew && monotonic - m_jump->seenAt >= kBelievedAfter)) {
        m_offset = offset;
        m_jump.reset();
    } else if (isNew) {
        m_jump = Jump{offset, monotonic};
    }
    return m_offset;
}

} // namespace flaredeck
