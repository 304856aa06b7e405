#pragma once

#include "core/connect/configtext.h"

#include <optional>

/// Reads an entry's "command" with a parser of the format, not with our code.
namespace flaredeck::test {

[[nodiscard]] std::optional<QString> commandOf(const QByteArray &file, const connect::Place &place,
                                               const QString &name);

} // namespace flaredeck::test
