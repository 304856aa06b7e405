#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <functional>
#include <optional>

/// Arguments put into the places that data names. Any thread.
namespace flaredeck::tools::filling {

/// Where a value comes from: the member b of the argument a for "a/b"; "|lower" and "|upper" behind
/// it change the case of a text.
struct Source {
    Json::json_pointer pointer;
    enum class Case { Same, Lower, Upper } letters = Case::Same;

    [[nodiscard]] static Source read(const QString &text);
    /// Nothing when there is no such argument, or it is null.
    [[nodiscard]] std::optional<Json> valueIn(const Json &arguments) const;
};

/// The text of a place such as {scriptName}, for its name without the braces.
using Place = std::function<Result<QString>(const QString &name)>;
/// A text with each {place} replaced.
[[nodiscard]] Result<QString> places(const QString &text, const Place &place);

/// The path of a request: {account}, {x} as one encoded segment, {x...} as several. A value that
/// could leave its place is refused with the name of its argument.
[[nodiscard]] Result<QString> path(const QString &pattern, const Json &arguments,
                                   const QString &account);
/// A text for people or for a query: {account} and {x}, unchanged.
[[nodiscard]] QString text(const QString &pattern, const Json &arguments, const QString &account);
/// A body: "{x}" becomes the argument x. Nothing where that is absent, or is all there was.
[[nodiscard]] std::optional<Json> body(const Json &pattern, const Json &arguments);

} // namespace flaredeck::tools::filling
