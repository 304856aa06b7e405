#include "core/base/clock.h"

#include <chrono>

#if defined(Q_OS_WIN)
#include <windows.h>
#elif defined(Q_OS_MACOS)
#include <mach/mach_time.h>
#else
#include <ctime>
#endif

namespace flaredeck {

namespace {

// std::chrono::steady_clock stands still while the computer sleeps on Linux and macOS, and a grant
// for an hour must not outlive a night.
Millis sinceBoot()
{
#if defined(Q_OS_WIN)
    return static_cast<Millis>(GetTickCount64());
#elif defined(Q_OS_MACOS)
    mach_timebase_info_data_t base{};
    mach_timebase_info(&base);
    return static_cast<Millis>(static_cast<long double>(mach_continuous_time()) * base.numer /
                               base.denom / 1'000'000);
#else
    timespec time{};
    clock_gettime(CLOCK_BOOTTIME, &time);
    return Millis(time.tv_sec) * 1000 + time.tv_nsec / 1'000'000;
#endif
}

class SystemClock final : public Clock
{
public:
    Millis now() const override
    {
        return std::chrono::duration_cast<std::chrono::milliseconds>(
                   std::chrono::system_clock::now().time_since_epoch())
            .count();
    }
    Millis monotonic() const override { return sinceBoot(); }
};

} // namespace

const Clock &Clock::system()
{
    static const SystemClock clock;
    return clock;
}

} // namespace flaredeck
