#pragma once

#include "core/base/identity.h"
#include "core/base/result.h"

#include <QStringList>

#include <functional>
#include <optional>

namespace flaredeck::tools {

/// What the sign-in behind a call may do. Whatever a grant says, it opens no more.
struct UpstreamRights {
    QString label;           ///< of the sign-in
    QStringList scopes;      ///< the provider's
    bool isApiToken = false; ///< then a person replaces it instead of signing in again
};

/// Nothing for a sign-in that is not there.
using RightsOf = std::function<std::optional<UpstreamRights>(const LoginId &login)>;

/// Why a call that needs our `scope` cannot succeed: which of the provider's scopes are missing,
/// and who can do what. Nothing when it may go on.
[[nodiscard]] std::optional<Error> upstreamLack(const std::optional<UpstreamRights> &rights,
                                                const QString &scope);

/// The provider refused a call: the same error with what the call stands on. That we believed it
/// would work means that the right is missing in the account, or was taken away since.
[[nodiscard]] Error explainRefusal(Error refusal, const std::optional<UpstreamRights> &rights,
                                   const QString &scope);

} // namespace flaredeck::tools
