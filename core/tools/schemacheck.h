#pragma once

#include "core/base/json.h"

#include <memory>
#include <optional>

namespace flaredeck::tools {

/// Checks values against one JSON Schema (draft 7), compiled once. Cheap to copy.
class SchemaCheck
{
public:
    /// Internal when the schema itself is broken.
    [[nodiscard]] static Result<SchemaCheck> compile(const Json &schema);

    [[nodiscard]] const Json &schema() const;
    /// What is wrong with the value, naming the member and what is expected; nothing when it fits.
    [[nodiscard]] std::optional<QString> problem(const Json &value) const;

private:
    class Compiled;
    explicit SchemaCheck(std::shared_ptr<const Compiled> compiled);
    std::shared_ptr<const Compiled> m_compiled;
};

/// What models and older clients mean by what they send, at every depth. A member that is null, or
/// empty text where the schema takes none, is left out unless it is required; JSON text becomes the
/// value that it holds where the schema wants that and no text. All else stays as it is.
void readMeaning(const Json &schema, Json &value);
/// Fills the defaults that the schema names into absent members, at every depth.
void fillDefaults(const Json &schema, Json &value);

} // namespace flaredeck::tools
