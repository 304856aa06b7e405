#pragma once

#include "core/base/policy.h"
#include "core/http/httpmessage.h"
#include "core/mcp/types.h"
#include "core/tools/filling.h"
#include "core/tools/querylanguage.h"
#include "core/tools/shaping.h"

#include <QRegularExpression>

#include <nlohmann/json.hpp>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace flaredeck::tools {

/// The request of a tool that is only data. resources/providers/toolset.schema.json describes every
/// member.
struct RequestTemplate {
    enum class Times { None, Nested, NestedAndFlat };
    enum class Answer { Envelope, Text, Json, Bytes };

    struct QueryItem {
        QString key;
        filling::Source source;
        /// Sent only if each of these arguments matches.
        std::vector<std::pair<filling::Source, QRegularExpression>> when;
    };
    struct Pages {
        std::string offset;
        std::string size;
        int usual = 0;
    };

    QByteArray method;
    QString path;
    QList<QueryItem> query;
    QList<std::pair<QString, QString>> fixed; ///< query key, text with places
    std::optional<Pages> pages;
    http::Headers headers;
    std::string bodyArgument; ///< the argument that is the body; empty = none is
    Json body;                ///< a body with places; null = none
    Times times = Times::None;
    Answer answer = Answer::Envelope;
};

struct ResultTemplate {
    enum class Form { List, Tsv, Text, Json, Image, Resource, Coded };

    Form form = Form::Text;
    QString code; ///< name of a form of the provider's; empty but for Form::Coded
    std::string member;
    QStringList columns;
    std::vector<Json::json_pointer> sources; ///< one for each column
    qsizetype newestFirst = -1;              ///< index of the column with the time
    QString missing;
    std::optional<Shape> shape;
    Json whenNull;
    QString mimeType;
    QString uri; ///< with places
};

/// What a person is shown of how things are before a call that destroys.
struct BeforeTemplate {
    QString path;
    QList<std::pair<QString, Json::json_pointer>> shows; ///< caption, what of the result
};

/// One tool as a toolset file describes it.
struct ToolDefinition {
    mcp::Tool tool;
    QStringList toolsets; ///< its own, then those that include it
    QString scope;
    QString writeScope; ///< of calls that do more than read; empty = scope
    bool needsAccount = false;
    Effect effect = Effect::Changes;       ///< the most that a call can do
    std::optional<QueryLanguage> language; ///< of the argument that says what a call does
    std::string languageArgument;
    QList<std::pair<std::string, QString>> lookups; ///< argument, the provider's lookup
    QString change;                                 ///< with places; empty for reads
    std::optional<BeforeTemplate> before;
    std::optional<RequestTemplate> request; ///< nothing = coded under the same name
    ResultTemplate result;
    QString remoteName;     ///< of a remote server's tool: its name there; empty = ours
    bool isChanged = false; ///< the server changed it since a person saw it: its calls ask

    [[nodiscard]] const QString &toolset() const { return toolsets.constFirst(); }
    [[nodiscard]] Effect effectOf(const Json &arguments) const;
    /// The scope that a call of this effect needs.
    [[nodiscard]] const QString &scopeFor(Effect ofCall) const;
};

/// Reads one toolset file: parts are put in place, names and scopes are checked.
[[nodiscard]] Result<std::vector<ToolDefinition>> readToolset(const Json &file);

/// Every tool of the provider, in the order in which clients see them. Read once; a broken file is
/// a bug and ends the program with its name. Any thread.
[[nodiscard]] const std::vector<ToolDefinition> &allDefinitions();

using DefinitionPtr = std::shared_ptr<const ToolDefinition>;
/// Every tool that there is now: the provider's, then those of remote servers. Any thread.
[[nodiscard]] QList<DefinitionPtr> definitions();
/// By its name; null when there is none.
[[nodiscard]] DefinitionPtr findDefinition(const QString &name);
/// Replaces those of remote servers. Core thread.
void setRemoteDefinitions(const QList<DefinitionPtr> &remote);

/// What a tool costs a model in a list of tools: about so many tokens of name, description and
/// schemas. Tokenizers differ; four bytes a token is near for English and JSON.
[[nodiscard]] qsizetype estimatedTokens(const ToolDefinition &tool);

} // namespace flaredeck::tools
