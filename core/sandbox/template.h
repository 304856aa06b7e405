#pragma once

#include "core/base/json.h"

#include <functional>

namespace flaredeck::sandbox {

using ValueOf = std::function<std::optional<Json>(const std::string &name)>;

/// `pattern` with each "{name}" replaced by its value. A text that is only "{name}" becomes the
/// value itself, of any type. Names without a value stay.
[[nodiscard]] Json filled(const Json &pattern, const ValueOf &valueOf);

/// The built-in folder resources/sandbox/, and a file of it.
[[nodiscard]] QString resourceFolder();
[[nodiscard]] QByteArray resource(const QString &name);

} // namespace flaredeck::sandbox
