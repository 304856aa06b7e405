#pragma once

#include "core/base/taskscope.h"
#include "core/provider/credentials.h"

#include <QHash>
#include <QTimer>

namespace flaredeck::provider {

/// Renews access tokens before they expire, so that no call has to wait for it and a
/// sign-in that has ended is noticed before a client needs it. After the computer slept it looks
/// within a minute; a call that comes first renews by itself (Credentials). Core thread.
class RefreshSchedule : public QObject
{
    Q_OBJECT

public:
    /// Sign-ins of the other world (sandbox or not) are left alone.
    RefreshSchedule(store::LoginStore &logins, Credentials &credentials, bool sandbox,
                    const Clock &clock, QObject *parent = nullptr);

    /// Starts what is due, and sets the timer for the next look.
    void look();

private:
    struct Setback {
        int failures = 0;
        Millis notBefore = 0;
    };
    [[nodiscard]] bool isOurs(const store::Login &login) const;
    Task<> renew(LoginId id);

    store::LoginStore &m_logins;
    Credentials &m_credentials;
    const bool m_sandbox;
    const Clock &m_clock;
    QHash<LoginId, Setback> m_setbacks;
    QSet<LoginId> m_running;
    QTimer m_timer;
    TaskScope m_tasks;
};

} // namespace flaredeck::provider
