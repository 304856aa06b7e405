#include "core/oauth/clients/programlimit.h"

#include <algorithm>

namespace flaredeck::oauth {

namespace {

QByteArray programOf(const std::optional<http::PeerProcess> &who)
{
    return who ? who->executable.toUtf8() : QByteArray();
}

} // namespace

ProgramLimit::ProgramLimit(const Counts &counts, Millis window)
    : m_process(counts.process, window)
    , m_program(counts.program, window)
    , m_all(counts.all, window)
{
}

int ProgramLimit::waitSeconds(const std::optional<http::PeerProcess> &who, Millis now) const
{
    return std::max({m_process.waitSeconds(keyOf(who), now),
                     m_program.waitSeconds(programOf(who), now), m_all.waitSeconds({}, now)});
}

void ProgramLimit::record(const std::optional<http::PeerProcess> &who, Millis now)
{
    m_process.record(keyOf(who), now);
    m_program.record(programOf(who), now);
    m_all.record({}, now);
}

int ProgramLimit::take(const std::optional<http::PeerProcess> &who, Millis now)
{
    const int wait = waitSeconds(who, now);
    if (wait == 0)
        record(who, now);
    return wait;
}

QByteArray ProgramLimit::keyOf(const std::optional<http::PeerProcess> &process)
{
    if (!process || process->pid <= 0)
        return {};
    return process->executable.toUtf8() + '\n' + QByteArray::number(process->pid) + '\n' +
           QByteArray::number(process->startedAt);
}

} // namespace flaredeck::oauth
