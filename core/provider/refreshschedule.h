#pragma once

#include "core/base/taskscope.h"
#include "core/provider/credentials.h"

#include <QHash>
#include <QTimer>

namespace flaredeck::provider {

/// Refreshes access tokens before they expire, so that no call has to wait for a refresh and an
/// ended login is noticed before a client needs it. Checks within a minute after the computer
/// slept; a call that comes earlier triggers its own refresh (Credentials). Core thread.
class RefreshSchedule : public QObject
{
    Q_OBJECT

public:
    /// Only refreshes logins whose `sandbox` is the same.
    RefreshSchedule(store::LoginStore &logins, Credentials &credentials, bool sandbox,
                    const Clock &clock, QObject *parent = nullptr);

    /// Starts all due refreshes, and sets the timer for the next check.
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
