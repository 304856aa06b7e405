#pragma once

#include "core/prompt/prompter.h"

#include <optional>

/// Questions on a terminal: their text, and the meaning of a typed line. Pure functions.
namespace flaredeck::app::terminalanswer {

/// Everything that a person needs to decide, and how to answer.
[[nodiscard]] QString question(const ConsentRequest &request);

/// "yes", then in any order a duration (1h, 1d, 30d), the numbers of accounts (1,3) and "look" for
/// reading scopes only. Any other line returns nothing, which means no.
[[nodiscard]] std::optional<ConsentAnswer> parse(const QString &line,
                                                 const ConsentRequest &request);

[[nodiscard]] QString question(const CallApprovalRequest &request);
/// "once" or "always"; everything else denies.
[[nodiscard]] CallApprovalChoice parseCallApproval(const QString &line,
                                                   const CallApprovalRequest &request);

} // namespace flaredeck::app::terminalanswer
