#include "core/oauth/endpoints/ratelimit.h"

#include <algorithm>

namespace flaredeck::oauth {

namespace {

constexpr qsizetype kMaxKeys = 1024;

int secondsUntil(Millis then, Millis now)
{
    return static_cast<int>(std::max<Millis>(1, (then - now + 999) / 1000));
}

} // namespace

RateLimit::RateLimit(int count, Millis window, Millis penalty)
    : m_count(count)
    , m_window(window)
    , m_penalty(penalty)
{
}

int RateLimit::waitSeconds(const QByteArray &key, Millis now) const
{
    const auto found = m_keys.constFind(key);
    if (found == m_keys.constEnd())
        return 0;
    if (found->refusedUntil > now)
        return secondsUntil(found->refusedUntil, now);
    if (found->times.size() < m_count)
        return 0;
    const Millis free = found->times.at(found->times.size() - m_count) + m_window;
    return free > now ? secondsUntil(free, now) : 0;
}

void RateLimit::record(const QByteArray &key, Millis now)
{
    if (!m_keys.contains(key) && m_keys.size() >= kMaxKeys)
        forgetOld(now);
    Events &events = m_keys[key];
    events.times.append(now);
    if (events.times.size() > m_count)
        events.times.removeFirst();
    if (m_penalty > 0 && events.times.size() == m_count && events.times.first() + m_window > now)
        events = {{}, now + m_penalty};
}

int RateLimit::take(const QByteArray &key, Millis now)
{
    if (const int wait = waitSeconds(key, now); wait > 0)
        return wait;
    record(key, now);
    return 0;
}

void RateLimit::forgetOld(Millis now)
{
    m_keys.removeIf([this, now](const auto &entry) {
        return entry.value().refusedUntil <= now &&
               (entry.value().times.isEmpty() || entry.value().times.last() + m_window <= now);
    });
    // Somebody invents keys faster than they age: starting over costs less than unbounded memory.
    if (m_keys.size() >= kMaxKeys)
        m_keys.clear();
}

} // namespace flaredeck::oauth
