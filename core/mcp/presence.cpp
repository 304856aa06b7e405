#include "core/mcp/presence.h"

#include "core/base/crypto.h"
#include "core/mcp/revision.h"

#include <chrono>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace flaredeck::mcp {

Presence::Presence(Count streams, Count calls, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_streams(std::move(streams))
    , m_calls(std::move(calls))
    , m_clock(clock)
{
    m_sweeping.setInterval(1min);
    m_sweeping.setTimerType(Qt::VeryCoarseTimer);
    connect(&m_sweeping, &QTimer::timeout, this, &Presence::sweep);
}

void Presence::see(const GrantId &grant, const Traits &revision, const QString &clientInfo)
{
    SessionInfo &one = m_all[grant];
    if (one.grant.isEmpty() || !isThere(one)) {
        one.handle =
            u"none-"_s + QString::fromLatin1(crypto::sha256(grant.value.toUtf8()).first(4).toHex());
        one.grant = grant;
        one.transport = u"no session"_s;
        one.createdAt = m_clock.now();
    }
    if (one.revision != QLatin1StringView(revision.name))
        one.revision = QString::fromLatin1(revision.name);
    if (!clientInfo.isEmpty())
        one.clientInfo = clientInfo;
    one.lastSeenAt = m_clock.now();
    if (!m_sweeping.isActive())
        m_sweeping.start();
}

GrantId Presence::find(const QString &handle) const
{
    for (const SessionInfo &one : m_all) {
        if (one.handle == handle)
            return one.grant;
    }
    return {};
}

QList<SessionInfo> Presence::list() const
{
    QList<SessionInfo> list;
    for (SessionInfo one : m_all) {
        if (!isThere(one))
            continue;
        one.openStreams = m_streams(one.grant);
        one.runningCalls = m_calls(one.grant);
        list << one;
    }
    return list;
}

void Presence::sweep()
{
    const auto gone = m_all.removeIf([this](const auto &entry) { return !isThere(entry.value()); });
    if (m_all.isEmpty())
        m_sweeping.stop();
    if (gone > 0)
        emit left();
}

bool Presence::isThere(const SessionInfo &one) const
{
    return m_clock.now() - one.lastSeenAt < kLingersFor || m_streams(one.grant) > 0 ||
           m_calls(one.grant) > 0;
}

} // namespace flaredeck::mcp
