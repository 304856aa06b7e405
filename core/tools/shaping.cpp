#include "core/tools/shaping.h"

#include <algorithm>

namespace flaredeck::tools {

Shape Shape::read(const Json &from)
{
    Shape shape;
    if (from.is_string()) {
        shape.m_kind = Kind::Pointer;
        shape.m_pointer = Json::json_pointer(from.get<std::string>());
    } else if (const Json *constant = json::find(from, "const")) {
        shape.m_kind = Kind::Constant;
        shape.m_constant = *constant;
    } else if (const Json *count = json::find(from, "count"); count && from.size() == 1) {
        shape.m_kind = Kind::Count;
        shape.m_pointer = Json::json_pointer(count->get<std::string>());
    } else if (const Json *each = json::find(from, "each")) {
        shape.m_kind = Kind::Each;
        shape.m_pointer = Json::json_pointer(each->get<std::string>());
        shape.m_item = std::make_shared<const Shape>(read(from.at("as")));
        shape.m_first = from.value("first", std::size_t(0));
    } else {
        for (const auto &[name, member] : from.items())
            shape.m_members.emplace_back(name, read(member));
    }
    return shape;
}

std::optional<Json> Shape::of(const Json &answer) const
{
    if (m_kind == Kind::Constant)
        return m_constant;
    if (m_kind == Kind::Members) {
        Json object = Json::object();
        for (const auto &[name, member] : m_members) {
            if (auto value = member.of(answer))
                object[name] = *std::move(value);
        }
        return object;
    }
    const bool isThere = answer.contains(m_pointer);
    if (m_kind == Kind::Pointer)
        return isThere ? std::optional(answer.at(m_pointer)) : std::nullopt;
    // A list that the provider left out is an empty one.
    const Json none = Json::array();
    const Json &items = isThere && answer.at(m_pointer).is_array() ? answer.at(m_pointer) : none;
    if (m_kind == Kind::Count)
        return Json(items.size());
    Json list = Json::array();
    for (const Json &item : items) {
        if (m_first > 0 && list.size() == m_first)
            break;
        if (auto value = m_item->of(item))
            list.push_back(*std::move(value));
    }
    return list;
}

bool Shape::uses(const std::string &member) const
{
    if (m_kind == Kind::Members) {
        return std::any_of(m_members.begin(), m_members.end(),
                           [&member](const auto &one) { return one.second.uses(member); });
    }
    return m_kind != Kind::Constant &&
           (m_pointer.to_string() + '/').starts_with('/' + member + '/');
}

} // namespace flaredeck::tools
