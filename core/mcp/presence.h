#pragma once

#include "core/base/clock.h"
#include "core/mcp/sessionstore.h"

#include <QHash>
#include <QObject>
#include <QTimer>

#include <functional>

namespace flaredeck::mcp {

struct Traits;

/// Clients that keep no session (MCP 2026-07-28), as a person sees them: connected while something
/// of theirs is open, and for a while after the last request. Decides nothing.
class Presence : public QObject
{
    Q_OBJECT

public:
    static constexpr Millis kLingersFor = 5LL * 60 * 1000;

    /// What a grant has open now.
    using Count = std::function<int(const GrantId &)>;

    Presence(Count streams, Count calls, const Clock &clock, QObject *parent = nullptr);

    void see(const GrantId &grant, const Traits &revision, const QString &clientInfo);
    void forget(const GrantId &grant) { m_all.remove(grant); }
    /// The grant that a handle of list() stands for; empty when there is none.
    [[nodiscard]] GrantId find(const QString &handle) const;
    [[nodiscard]] QList<SessionInfo> list() const;

signals:
    /// Somebody is no longer there.
    void left();

private:
    void sweep();
    [[nodiscard]] bool isThere(const SessionInfo &one) const;

    const Count m_streams;
    const Count m_calls;
    const Clock &m_clock;
    QHash<GrantId, SessionInfo> m_all;
    QTimer m_sweeping;
};

} // namespace flaredeck::mcp
