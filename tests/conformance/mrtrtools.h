#pragma once

#include "fixturetools.h"

namespace flaredeck::conformance {

/// A question to the person, with a form of these properties.
[[nodiscard]] mcp::InputRequest form(const QString &key, const QString &message,
                                     const Json &properties, const Json &required = Json::array());

/// Asks for a name until there is one.
[[nodiscard]] mcp::InputRequest userName();

/// The tools that ask the person, the model or the program at the client's side.
[[nodiscard]] std::vector<FixtureTool> askingTools();

} // namespace flaredeck::conformance
