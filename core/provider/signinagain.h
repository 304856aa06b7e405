#pragma once

#include "core/base/taskscope.h"
#include "core/provider/signins.h"

namespace flaredeck::provider {

struct SignInAgainTimes {
    std::chrono::milliseconds patience{25'000}; ///< clients give up after a minute
    Millis quiet = 60LL * 60 * 1000;            ///< after a sign-in that did not succeed
};

/// Brings back a sign-in that the provider has ended: the first call that needs it opens the
/// sign-in page, and all that need it wait a little. Whoever closes the page is left in peace. Core
/// thread.
class SignInAgain : public QObject
{
    Q_OBJECT

public:
    SignInAgain(store::LoginStore &logins, SignIns &signIns, const Clock &clock,
                const SignInAgainTimes &times = {}, QObject *parent = nullptr);

    /// True when the sign-in is usable again; false when it is not within the patience.
    [[nodiscard]] Task<bool> wait(LoginId login, std::stop_token stop);

signals:
    void settled(); ///< the sign-in that was asked for is over

private:
    Task<> ask();
    [[nodiscard]] bool isUsable(const LoginId &login) const;

    store::LoginStore &m_logins;
    SignIns &m_signIns;
    const Clock &m_clock;
    const SignInAgainTimes m_times;
    Millis m_quietUntil = 0; ///< monotonic
    bool m_asking = false;
    TaskScope m_tasks;
};

} // namespace flaredeck::provider
