#pragma once

#include "core/base/clock.h"
#include "core/base/identity.h"
#include "core/base/policy.h"

#include <QHash>

#include <functional>

namespace flaredeck::oauth {

/// Calls that one answer may be for. One tool may both read and destroy, and a yes to the one is
/// none to the other.
struct SessionCalls {
    GrantId grant;
    QString session; ///< empty = all of the grant's
    QString tool;
    Effect effect = Effect::Reads;

    bool operator==(const SessionCalls &) const = default;
};

/// What a person said about calls, for as long as it counts. Core thread.
class GivenAnswers
{
public:
    /// Tells of which calls a rule speaks.
    using Concerns = std::function<bool(const QString &tool, Effect effect)>;

    explicit GivenAnswers(const Clock &clock);

    /// The call of this fingerprint may run once; a late yes waits for it to come back.
    void permit(const GrantId &grant, const QByteArray &fingerprint);
    [[nodiscard]] bool isPermitted(const GrantId &grant, const QByteArray &fingerprint) const;
    /// False when there was none.
    bool takePermit(const GrantId &grant, const QByteArray &fingerprint);

    /// A no, which holds for the next calls too. Keys begin with their grant and a line end.
    void deny(const QByteArray &key);
    [[nodiscard]] bool isDenied(const QByteArray &key) const;

    /// The calls run for so long, in milliseconds.
    void open(const SessionCalls &calls, const ClientId &client, Millis lasts);
    [[nodiscard]] bool holds(const SessionCalls &calls) const;
    /// See CallApprovals::endSessions().
    void endSessions(const ClientId &client, const Concerns &concerns);

    void endGrant(const GrantId &grant);

private:
    struct Open {
        ClientId client;
        QString tool;
        Effect effect = Effect::Reads;
        Millis until = 0;
    };
    void forgetOld();
    [[nodiscard]] bool isLive(const QHash<QByteArray, Millis> &answers,
                              const QByteArray &key) const;

    const Clock &m_clock;
    // Until when, by the monotonic clock. All by grant first.
    QHash<QByteArray, Millis> m_denials;
    QHash<QByteArray, Millis> m_permits; ///< by the call
    QHash<QByteArray, Open> m_sessions;  ///< by session, tool and effect
};

} // namespace flaredeck::oauth
