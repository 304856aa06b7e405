#include "core/store/audit/auditrepeats.h"

#include <algorithm>

namespace flaredeck::store {

using namespace Qt::StringLiterals;

namespace {

QString repeatKey(const AuditEvent &event)
{
    // Without the process id: a program that is started repeatedly causes equal events.
    const QStringList parts{auditName(event.kind), event.client.value, event.grant.value,
                            event.peer.program, event.outcome};
    return parts.join(QChar(0x1f));
}

} // namespace

std::optional<AuditEvent> AuditRepeats::take(const AuditEvent &event, Millis now)
{
    const QString key = repeatKey(event);
    if (const auto known = m_windows.find(key); known != m_windows.end()) {
        const qint64 before = known->second.counted.count;
        known->second.counted = event;
        known->second.counted.count += before;
        return std::nullopt;
    }
    if (mayBegin(now)) {
        Window &window = m_windows[key];
        window.counted = event;
        window.counted.count = 0;
        window.endsAt = now + kWindow;
        return event;
    }
    AuditEvent others;
    others.kind = event.kind;
    others.outcome = u"More of this kind, too many to tell apart"_s;
    const auto [shared, isNew] = m_windows.try_emplace(repeatKey(others));
    if (isNew) {
        shared->second.counted = others;
        shared->second.counted.count = 0;
        shared->second.endsAt = now + kWindow;
    }
    shared->second.counted.count += event.count;
    return std::nullopt;
}

QList<AuditEvent> AuditRepeats::due(Millis now)
{
    QList<AuditEvent> events;
    for (auto it = m_windows.begin(); it != m_windows.end();) {
        Window &window = it->second;
        if (window.endsAt > now) {
            ++it;
        } else if (window.counted.count == 0) {
            it = m_windows.erase(it);
        } else {
            events << window.counted;
            window.counted.count = 0;
            window.length = std::min(2 * window.length, kLongestWindow);
            window.endsAt = now + window.length;
            ++it;
        }
    }
    return events;
}

QList<AuditEvent> AuditRepeats::takeAll()
{
    QList<AuditEvent> events;
    for (const auto &[key, window] : m_windows) {
        if (window.counted.count > 0)
            events << window.counted;
    }
    m_windows.clear();
    return events;
}

std::optional<Millis> AuditRepeats::nextDue() const
{
    const auto first =
        std::min_element(m_windows.begin(), m_windows.end(), [](const auto &a, const auto &b) {
            return a.second.endsAt < b.second.endsAt;
        });
    return first == m_windows.end() ? std::nullopt : std::optional(first->second.endsAt);
}

bool AuditRepeats::mayBegin(Millis now)
{
    const auto refilled =
        static_cast<int>(std::min<Millis>(kBurst, (now - m_refilledAt) / kRefill));
    m_begun = std::max(0, m_begun - refilled);
    if (refilled > 0 || m_begun == 0)
        m_refilledAt = now;
    if (m_begun >= kBurst || m_windows.size() >= size_t(kMostWindows))
        return false;
    ++m_begun;
    return true;
}

} // namespace flaredeck::store
