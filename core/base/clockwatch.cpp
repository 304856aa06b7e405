#include "core/base/clockwatch.h"

#include <QFile>

#ifdef Q_OS_MACOS
#include <sys/sysctl.h>
#endif

namespace flaredeck {

namespace {

bool differ(Millis a, Millis b)
{
    return (a > b ? a - b : b - a) >= ClockWatch::kJump;
}

QString readBoot()
{
#if defined(Q_OS_MACOS)
    char text[64] = {};
    size_t length = sizeof(text) - 1;
    return sysctlbyname("kern.bootsessionuuid", text, &length, nullptr, 0) == 0
               ? QString::fromLatin1(text)
               : QString();
#else
    QFile file(QStringLiteral("/proc/sys/kernel/random/boot_id"));
    return file.open(QIODevice::ReadOnly) ? QString::fromLatin1(file.readAll().trimmed())
                                          : QString();
#endif
}

} // namespace

ClockWatch::ClockWatch(const Clock &clock)
    : m_clock(clock)
    , m_startedAt(clock.monotonic())
    , m_startOffset(clock.now() - m_startedAt)
    , m_offset(m_startOffset)
    , m_stands{m_startOffset, m_startedAt}
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

Millis ClockWatch::olderThan(Millis age) const
{
    const Millis offset = look();
    const Millis monotonic = m_clock.monotonic();
    return monotonic - m_stands.seenAt >= kBelievedAfter ? monotonic + offset - age : 0;
}

const QString &ClockWatch::boot()
{
    static const QString kBoot = readBoot();
    return kBoot;
}

Millis ClockWatch::look() const
{
    const Millis monotonic = m_clock.monotonic();
    const Millis offset = m_clock.now() - monotonic;
    // Against where it began to stand: many small steps are a jump as well.
    if (differ(offset, m_stands.offset))
        m_stands = {offset, monotonic};
    return offset;
}

Millis ClockWatch::believedOffset() const
{
    const Millis offset = look();
    const Millis monotonic = m_clock.monotonic();
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
