#include "core/base/clock.h"

#include <chrono>

namespace flaredeck {

namespace {

class SystemClock final : public Clock
{
public:
    Millis now() const override { return since(std::chrono::system_clock::now()); }
    Millis monotonic() const override { return since(std::chrono::steady_clock::now()); }

private:
    template <typename TimePoint>
    static Millis since(TimePoint point)
    {
        return std::chrono::duration_cast<std::chrono::milliseconds>(point.time_since_epoch())
            .count();
    }
};

} // namespace

const Clock &Clock::system()
{
    static const SystemClock clock;
    return clock;
}

} // namespace flaredeck
