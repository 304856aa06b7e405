#pragma once

#include "core/base/json.h"

namespace flaredeck::sandbox {

/// The value types of telemetry keys.
enum class ValueType { String, Number, Boolean };

[[nodiscard]] std::optional<ValueType> valueTypeNamed(const QString &name);
[[nodiscard]] const char *nameOf(ValueType type);

/// What a query can see of an event: one flat object from key to string, number or boolean. Members
/// of $metadata and $workers keep their path ("$workers.event.rayId"); members of an object that a
/// Worker logged are named as the Worker named them; a plain logged string is "message".
[[nodiscard]] Json flatten(const Json &event);

/// "source.userId" means "userId": both spellings are in use.
[[nodiscard]] QString canonicalKey(const QString &key);

} // namespace flaredeck::sandbox
