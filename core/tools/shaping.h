#pragma once

#include "core/base/json.h"

#include <memory>
#include <vector>

namespace flaredeck::tools {

/// How a result is made of an answer, as `shape` in resources/providers/toolset.schema.json
/// describes it; read once.
class Shape
{
public:
    /// Throws what nlohmann::json throws when the data is broken.
    [[nodiscard]] static Shape read(const Json &from);

    /// Nothing where the answer has nothing for it.
    [[nodiscard]] std::optional<Json> of(const Json &answer) const;
    /// Whether a pointer begins with this member, so that it has to be in the answer.
    [[nodiscard]] bool uses(const std::string &member) const;

private:
    enum class Kind { Pointer, Count, Each, Constant, Members };

    Kind m_kind = Kind::Members;
    Json::json_pointer m_pointer;
    Json m_constant;
    std::size_t m_first = 0; ///< of Each: how many; 0 = all
    std::vector<std::pair<std::string, Shape>> m_members;
    std::shared_ptr<const Shape> m_item;
};

} // namespace flaredeck::tools
