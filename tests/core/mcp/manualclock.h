#pragma once

#include "core/base/clock.h"

/// A clock that moves when the test says so.
class ManualClock : public flaredeck::Clock
{
public:
    [[nodiscard]] flaredeck::Millis now() const override { return m_now; }
    [[nodiscard]] flaredeck::Millis monotonic() const override { return m_now; }
    void advance(flaredeck::Millis by) { m_now += by; }

private:
    flaredeck::Millis m_now = 1'750'000'000'000;
};
