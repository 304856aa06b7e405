#pragma once

#include "core/base/policy.h"

#include <QString>

/// Tools and the rules about their calls, in the window's words.
namespace flaredeck::ui::tooltext {

[[nodiscard]] QString effect(Effect effect); ///< "Reads", "Changes", "Destroys"
[[nodiscard]] QString policy(Policy policy); ///< "Allow", "Ask", "Off"
[[nodiscard]] QString title(const QString &tool);
[[nodiscard]] QString toolset(const QString &name);
/// Of a rule: "List KV namespaces (kv_namespaces_list)", "All tools of Bindings", "Calls that
/// read".
[[nodiscard]] QString subject(const QString &subject);
/// What a call changes, with its places as words: "Deletes the bucket ‹name›."
[[nodiscard]] QString change(const QString &pattern);
/// "about 310 tokens"
[[nodiscard]] QString tokens(qint64 count);

} // namespace flaredeck::ui::tooltext
