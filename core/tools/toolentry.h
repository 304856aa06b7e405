#pragma once

#include "core/provider/provider.h"
#include "core/tools/definition.h"
#include "core/tools/schemacheck.h"
#include "core/tools/tool.h"

#include <memory>
#include <optional>

namespace flaredeck::tools {

/// A tool with everything that a call needs. Core thread.
struct ToolEntry {
    const ToolDefinition &definition;
    std::unique_ptr<const Tool> tool;
    DefinitionPtr kept = {};                     ///< holds a definition that may go
    mutable std::optional<SchemaCheck> compiled; ///< most tools are never called

    /// Of the arguments, with the account, whether or not it is published.
    [[nodiscard]] const SchemaCheck &check() const;
};

using EntryPtr = std::shared_ptr<const ToolEntry>;

/// A definition that cannot work is a bug, and ends the program with the tool's name.
[[nodiscard]] ToolEntry makeEntry(const ToolDefinition &definition, const UpstreamPtr &upstream,
                                  const Coded &coded);
/// As clients see it who can choose between accounts.
[[nodiscard]] mcp::Tool withAccountArgument(mcp::Tool tool);

} // namespace flaredeck::tools
