#pragma once

#include "fixturetools.h"

namespace flaredeck::conformance {

/// The tools whose work outlives the request, for clients that can fetch the outcome.
[[nodiscard]] std::vector<FixtureTool> taskTools();

} // namespace flaredeck::conformance
