#pragma once

#include "core/mcp/types.h"

#include <functional>

namespace flaredeck::tools {

class SchemaCheck;

/// One page of what was cut off a result.
struct RestPage {
    QString mimeType;
    QByteArray text; ///< UTF-8
    QString about;   ///< which part of the result it is, as a sentence
};

using RestPages = QList<RestPage>;

/// The bytes of all pages, with what they say about themselves.
[[nodiscard]] qint64 bytesOf(const RestPages &pages);

/// Texts are measured as QString counts, in UTF-16 units; those of embedded resources count too.
struct GuardRules {
    int limit = 0;        ///< of all texts of a result and of each page; 0 = no text is cut
    bool isTable = false; ///< its text is known to be tab-separated, with a header
    Json inputSchema = Json::object();   ///< of the tool: what could narrow the next call
    const SchemaCheck *output = nullptr; ///< that the structured content must fit; null = none
};

/// Takes what was cut off, and answers with the URI at which it can be read; nothing when it is not
/// kept.
using KeepRest = std::function<std::optional<QString>(RestPages)>;

/// More than a client can be handed over in one block.
constexpr qsizetype kMaxBlobBytes = 4LL * 1024 * 1024;
/// The lowest limit that leaves room for what is said about a cut.
constexpr int kLeastResultLimit = 2000;

/// Whether guardResult() would change anything.
[[nodiscard]] bool isGuarded(const mcp::ToolResult &result, int limit);

/// The result as its client gets it. What is over the limit is cut between two records: items of
/// the list in which the JSON has most, rows of a table (whose header every page repeats), or
/// lines. Nothing is cut within a JSON value: one that has no list is left out whole. A note says
/// what is missing and how to get it. The structured content is cut alike, and stays whole where
/// the tool's output schema allows nothing else. What is shown of an
/// embedded resource becomes a text, as it is the resource no more. Images and other bytes are
/// never cut; one that is too large becomes a note.
[[nodiscard]] mcp::ToolResult guardResult(mcp::ToolResult result, const GuardRules &rules,
                                          const KeepRest &keep);

/// The structured content of a result that is only text.
[[nodiscard]] Json asObject(const mcp::ToolResult &result);

} // namespace flaredeck::tools
