#pragma once

#include "core/base/taskscope.h"
#include "core/provider/signins.h"

namespace flaredeck::provider {

struct SignInAgainTimes {
    std::chrono::milliseconds patience{25'000}; ///< clients give up after a minute
    Millis quiet = 60LL * 60 * 1000; ///< nobody is asked for so long after a failed sign-in
};

/// Asks the person to sign in again when the provider has ended a login: the first call that needs
/// it opens the sign-in page, and all such calls wait a little. A person who closes the page is not
/// asked again for `quiet`. Core thread.
class SignInAgain : public QObject
{
    Q_OBJECT

public:
    SignInAgain(store::LoginStore &logins, SignIns &signIns, const Clock &clock,
                const SignInAgainTimes &times = {}, QObject *parent = nullptr);

    /// True when the login is usable again; false when it is not within `patience`.
    [[nodiscard]] Task<bool> wait(LoginId login, std::stop_token stop);

signals:
    void settled(); ///< the requested sign-in has ended

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
