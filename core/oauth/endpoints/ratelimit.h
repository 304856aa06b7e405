#pragma once

#include "core/base/clock.h"

#include <QByteArray>
#include <QHash>
#include <QList>

namespace flaredeck::oauth {

/// At most `count` events per key within a sliding window. In memory, bounded.
class RateLimit
{
public:
    /// `penalty`: how long a key that ran over stays refused; 0 = until its oldest event leaves the
    /// window.
    RateLimit(int count, Millis window, Millis penalty = 0);

    /// Seconds until the key may try again; 0 when it may now. Records nothing.
    [[nodiscard]] int waitSeconds(const QByteArray &key, Millis now) const;
    void record(const QByteArray &key, Millis now);
    /// Records and returns 0, or returns the seconds to wait.
    int take(const QByteArray &key, Millis now);
    /// As if nothing of the key had been recorded.
    void forget(const QByteArray &key) { m_keys.remove(key); }

private:
    struct Events {
        QList<Millis> times;
        Millis refusedUntil = 0;
    };
    void forgetOld(Millis now);

    int m_count;
    Millis m_window;
    Millis m_penalty;
    QHash<QByteArray, Events> m_keys;
};

} // namespace flaredeck::oauth
