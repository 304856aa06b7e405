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
    QStringList lacks = {};  ///< the provider's, that were tried in vain
};

/// Nothing for a sign-in that is not there.
using RightsOf = std::function<std::optional<UpstreamRights>(const LoginId &login)>;

/// Why a call that needs our `scope` cannot succeed: which of the provider's scopes are missing,
/// and who can do what. Nothing when it may go on.
[[nodiscard]] std::optional<Error> upstreamLack(const std::optional<UpstreamRights> &rights,
                                                const QString &scope);

/// Why the provider refuses a call.
enum class RefusalReason {
    Lacks,      ///< the sign-in lacks a right: signing in again with it helps
    NoRight,    ///< no right of OAuth covers it: an API token does
    Role,       ///< the sign-in holds the right: the person's role in the account does not allow it
    Plan,       ///< the account's plan does not include it
    TokenOrRole ///< of the sign-in it is not known whether it holds the right
};
/// Pure. `words`: the provider's own.
[[nodiscard]] RefusalReason
reasonOf(const QString &words, const std::optional<UpstreamRights> &rights, const QString &scope);

/// The provider refused a call: the same error, with the reason in the words that the person and
/// the model read. Signing in again is advised only where it helps.
[[nodiscard]] Error explainRefusal(Error refusal, const std::optional<UpstreamRights> &rights,
                                   const QString &scope);

} // namespace flaredeck::tools
