#pragma once

#include "core/base/json.h"

#include <functional>

namespace flaredeck::sandbox {

using ValueOf = std::function<std::optional<Json>(const std::string &name)>;

/// `pattern` with each "{name}" replaced by its value: where it is the whole text, the value takes
/// the place of the text, whatever its type. Names without a value stay.
[[nodiscard]] Json filled(const Json &pattern, const ValueOf &valueOf);

/// resources/sandbox/ as it is built in, and a file of it.
[[nodiscard]] QString resourceFolder();
[[nodiscard]] QByteArray resource(const QString &name);

} // namespace flaredeck::sandbox
