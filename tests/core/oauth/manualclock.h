#pragma once

#include "core/base/clock.h"

namespace flaredeck::oauth {

/// Time that only moves when the test says so.
class ManualClock : public Clock
{
public:
    [[nodiscard]] Millis now() const override { return m_now; }
    [[nodiscard]] Millis monotonic() const override { return m_monotonic; }
    void advance(Millis by)
    {
        m_now += by;
        m_monotonic += by;
    }
    /// Somebody sets the wall clock.
    void set(Millis by) { m_now += by; }

private:
    Millis m_now = 1'700'000'000'000;
    Millis m_monotonic = 1'000'000;
};

constexpr Millis kSecond = 1000;
constexpr Millis kMinute = 60 * kSecond;
constexpr Millis kHour = 60 * kMinute;
constexpr Millis kDay = 24 * kHour;

} // namespace flaredeck::oauth
