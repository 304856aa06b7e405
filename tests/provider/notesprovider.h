#pragma once

#include "core/provider/provider.h"

namespace flaredeck::test {

/// The second provider: a note service with OAuth, whose API answers with plain JSON. Its facts are
/// beside this file.
[[nodiscard]] std::unique_ptr<provider::Provider> makeNotesProvider();

} // namespace flaredeck::test
