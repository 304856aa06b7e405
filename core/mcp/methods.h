#pragma once

#include "core/mcp/call.h"

namespace flaredeck::mcp {

/// For how long a client may go on with a list. It is told of changes, if it listens for them.
inline constexpr Caching kListCaching{5 * 60 * 1000};
/// What was read may have changed the next moment.
inline constexpr Caching kNoCaching{0};

/// A request that a family of methods is to answer.
struct MethodCall {
    rpc::Message &message;
    const MessageScope &scope;
    const rpc::ReplyPtr &reply;

    void refuse(QString why) const { reply->error(rpc::invalidParams(std::move(why))); }
    /// Every list has one page only, so that no cursor can ever be ours.
    [[nodiscard]] bool hasCursor() const { return json::find(message.params, "cursor"); }
};

/// What is listed, written for the caller's revision.
template <typename Item>
Json listed(const char *member, const QList<Item> &items, const Traits &traits)
{
    Json array = Json::array();
    for (const Item &item : items)
        array.push_back(toJson(item, traits));
    return Json{{member, std::move(array)}};
}

} // namespace flaredeck::mcp
