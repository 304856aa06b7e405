#pragma once

#include "core/base/clock.h"

#include <atomic>

namespace flaredeck::test {

constexpr Millis kSecond = 1000;
constexpr Millis kMinute = 60 * kSecond;
constexpr Millis kHour = 60 * kMinute;
constexpr Millis kDay = 24 * kHour;

/// A clock that moves when a test says so. Thread-safe.
class ManualClock : public Clock
{
public:
    explicit ManualClock(Millis now = 1'760'000'000'000)
        : m_now(now)
    {
    }
    [[nodiscard]] Millis now() const override { return m_now; }
    [[nodiscard]] Millis monotonic() const override { return m_now - m_set; }
    void advance(Millis by) { m_now += by; }
    /// Sets the wall clock forward or back, as a person does.
    void set(Millis by)
    {
        m_set += by;
        m_now += by;
    }

private:
    std::atomic<Millis> m_now;
    std::atomic<Millis> m_set = 0;
};

} // namespace flaredeck::test
