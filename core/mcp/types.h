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
    bool needsTask = false; ///< too long for clients that cannot fetch an outcome later
};

/// What a resource holds: text, or bytes.
struct ResourceContents {
    QString uri;
    QString mimeType;
    QString text;
    std::optional<QByteArray> blob; ///< instead of the text
};

struct Resource {
    QString uri;
    QString name;
    QString title;
    QString description;
    QString mimeType;
};

/// One block of a tool's answer or of a prompt.
struct Content {
    enum class Kind { Text, Image, Audio, Resource, ResourceLink };

    Kind kind = Kind::Text;
    QString text;
    QByteArray data;           ///< of an image or a sound
    QString mimeType;          ///< of the data
    ResourceContents resource; ///< embedded
    Resource link;             ///< to be read by the client
    Json more = nullptr;       ///< members beside these: annotations, _meta; null = none

    static Content ofText(const QString &text);
    static Content image(const QByteArray &data, const QString &mimeType);
    static Content audio(const QByteArray &data, const QString &mimeType);
    static Content embedded(const ResourceContents &resource);
    static Content linkTo(const Resource &resource);
};

struct ToolResult {
    QList<Content> content;
    std::optional<Json> structured; ///< structuredContent; always repeated as text in `content`
    bool isError = false;
    Json meta = nullptr; ///< `_meta`; null = none

    static ToolResult text(const QString &text);
    static ToolResult structuredJson(Json value); ///< the value, and its compact JSON as text
    static ToolResult error(const QString &text);
};

/// What another server answered to tools/call. Blocks of kinds that this program does not know
/// become text that says so; of `_meta` goes what only concerns that server's own sign-in.
[[nodiscard]] ToolResult readToolResult(const Json &result);

/// SHA-256 of what a person could judge a tool of another server by: its words, its schemas and its
/// claims. `tool` as the server wrote it.
[[nodiscard]] QByteArray toolHash(const Json &tool);

/// Resources whose URI has a part to fill in (RFC 6570, level 1).
struct ResourceTemplate {
    QString uriTemplate;
    QString name;
    QString title;
    QString description;
    QString mimeType;
};

struct PromptArgument {
    QString name;
    QString description;
    bool required = false;
};

struct Prompt {
    QString name;
    QString title;
    QString description;
    QList<PromptArgument> arguments;
};

struct PromptMessage {
    bool fromAssistant = false;
    Content content;
};

struct PromptResult {
    QString description;
    QList<PromptMessage> messages;
};

/// Proposals for the value of an argument. What is beyond a hundred is left out and told.
struct Completion {
    QStringList values;
};

[[nodiscard]] Json toJson(const Content &content, const Traits &traits);
[[nodiscard]] Json toJson(const Tool &tool, const Traits &traits);
[[nodiscard]] Json toJson(const ToolResult &result, const Traits &traits);
[[nodiscard]] Json toJson(const Resource &resource, const Traits &traits);
[[nodiscard]] Json toJson(const ResourceTemplate &resource, const Traits &traits);
[[nodiscard]] Json toJson(const ResourceContents &contents);
[[nodiscard]] Json toJson(const Prompt &prompt, const Traits &traits);
[[nodiscard]] Json toJson(const PromptResult &result, const Traits &traits);
[[nodiscard]] Json toJson(const Completion &completion);

} // namespace flaredeck::mcp
