#pragma once

#include "core/base/identity.h"
#include "core/base/result.h"
#include "core/base/task.h"

#include <functional>
#include <optional>
#include <stop_token>

namespace flaredeck::oauth {

/// The sign-in that a grant stands on, as the authorization server sees it.
struct UpstreamLogin {
    LoginId id;    ///< empty for a grant that stands on none: what it opens needs no such sign-in
    QString label; ///< e-mail
    QList<AccountRef> accounts;
    bool usable = true;     ///< false: a person has to sign in again
    bool suspended = false; ///< not usable in this run, but it has not ended: clients shall wait
    ScopeSet lacking = {};  ///< scopes of ours that it does not open
};

/// What the authorization server needs of the provider.
class LoginSource
{
public:
    virtual ~LoginSource() = default;
    /// The sign-in that new grants use.
    [[nodiscard]] virtual std::optional<UpstreamLogin> current() const = 0;
    /// Nothing when it is gone; always something for an empty id.
    [[nodiscard]] virtual std::optional<UpstreamLogin> find(const LoginId &id) const = 0;

    /// Asks a person to sign in; finishes when that is done, refused or timed out. `toTab` is
    /// called with the page's address when the waiting browser tab shall go there itself. One
    /// sign-in serves all who wait; `stop` ends the waiting, not the sign-in.
    [[nodiscard]] virtual Task<Result<UpstreamLogin>>
    signIn(std::function<void(const QByteArray &url)> toTab, std::stop_token stop) = 0;

    virtual bool isSandbox() const = 0;
};

} // namespace flaredeck::oauth
