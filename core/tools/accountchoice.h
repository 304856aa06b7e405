#pragma once

#include "core/base/identity.h"
#include "core/base/json.h"
#include "core/mcp/methods/callcontext.h"

#include <optional>

namespace flaredeck::tools {

/// What a call says about the account that it means.
struct AccountHints {
    QByteArray header;               ///< Facts::accountHeader of the request; may be empty
    std::optional<QString> argument; ///< account_id
    QString active;                  ///< set_active_account of the session; may be empty
    bool keepsSession = true;        ///< whether set_active_account can do anything
};

/// The account that a call is about: what the header names, or else the argument; then the only
/// reachable one; then the session's active account. Never one that the caller does not reach.
[[nodiscard]] Result<AccountRef> chooseAccount(const QList<AccountRef> &reachable,
                                               const AccountHints &hints);

/// The question to the person which of several accounts `tool` shall use, by their names; nothing
/// where the call does not leave that open.
[[nodiscard]] std::optional<mcp::InputRequest>
accountQuestion(const QList<AccountRef> &reachable, const AccountHints &hints, const QString &tool);
/// What a person answered to it; nullptr when nobody chose.
[[nodiscard]] const AccountRef *answeredAccount(const QList<AccountRef> &reachable,
                                                const Json &answer);

/// The failure as JSON for the model: cause, action and the accounts to choose from.
[[nodiscard]] QString accountProblem(const Error &error, const QList<AccountRef> &reachable);

/// The reachable account with this id; nullptr when there is none.
[[nodiscard]] const AccountRef *findAccount(const QList<AccountRef> &reachable, const QString &id);

/// The reachable account that a text means: by its id, or by a name that only one has; else
/// nullptr.
[[nodiscard]] const AccountRef *accountNamed(const QList<AccountRef> &reachable,
                                             const QString &text);

/// A name that others chose, as part of a sentence: on one line, without what would end its quotes,
/// and short.
[[nodiscard]] QString shownName(const QString &name);

/// Member of the session's state that holds the active account.
inline constexpr char kActiveAccount[] = "activeAccountId";
void setActiveAccount(mcp::CallContext &context, const QString &id);

} // namespace flaredeck::tools
