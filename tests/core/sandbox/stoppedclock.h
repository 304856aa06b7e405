#pragma once

#include "core/base/clock.h"

namespace flaredeck::sandbox {

/// A clock that only moves when a test moves it.
class StoppedClock : public Clock
{
public:
    explicit StoppedClock(Millis now = 1'760'000'000'000)
        : m_now(now)
    {
    }

    [[nodiscard]] Millis now() const override { return m_now; }
    [[nodiscard]] Millis monotonic() const override { return m_now; }
    void advance(Millis by) { m_now += by; }

private:
    Millis m_now;
};

} // namespace flaredeck::sandbox
