#pragma once

namespace flaredeck::mcp {

/// A list that clients may have read and should read again.
enum class Change { Tools, Prompts, Resources };

[[nodiscard]] constexpr const char *notificationOf(Change change)
{
    switch (change) {
    case Change::Prompts:
        return "notifications/prompts/list_changed";
    case Change::Resources:
        return "notifications/resources/list_changed";
    case Change::Tools:
        break;
    }
    return "notifications/tools/list_changed";
}

} // namespace flaredeck::mcp
