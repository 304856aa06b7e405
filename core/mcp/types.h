#pragma once

#include "core/base/json.h"

#include <QList>
#include <QString>

#include <optional>

/// The protocol's values, in their richest form. What an older revision lacks is left out when a
/// value is written for it (revision.h).
namespace flaredeck::mcp {

struct Traits;

/// How the server introduces itself in initialize.
struct ServerInfo {
    QString name;
    QString title;
    QString version;
};

struct ToolAnnotations {
    QString title;
    bool readOnly = false;
    bool destructive = true;
    bool idempotent = false;
    bool openWorld = true;
};

struct Tool {
    QString name;  ///< [A-Za-z0-9_.-], at most 52 characters (limits of known clients)
    QString title; ///< for people
    QString description;
    Json inputSchema;
    std::optional<Json> outputSchema;
    ToolAnnotations annotations;
};

/// One block of a tool's answer. Only text is needed so far.
struct Content {
    QString text;
};

struct ToolResult {
    QList<Content> content;
    std::optional<Json> structured; ///< structuredContent; always repeated as text in `content`
    bool isError = false;

    static ToolResult text(const QString &text);
    static ToolResult structuredJson(Json value); ///< the value, and its compact JSON as text
    static ToolResult error(const QString &text);
};

[[nodiscard]] Json toJson(const Tool &tool, const Traits &traits);
[[nodiscard]] Json toJson(const ToolResult &result, const Traits &traits);

} // namespace flaredeck::mcp
