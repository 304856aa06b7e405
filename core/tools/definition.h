#pragma once

#include "core/http/httpmessage.h"
#include "core/mcp/types.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <utility>
#include <vector>

namespace flaredeck::tools {

/// The request of a tool that is only data. resources/providers/toolset.schema.json describes every
/// member.
struct RequestTemplate {
    enum class Times { None, Nested, NestedAndFlat };
    enum class Answer { Envelope, Text };

    QByteArray method;
    QString path;
    QList<std::pair<QString, std::string>> query; ///< query key, argument
    http::Headers headers;
    std::string body; ///< the argument that is the body; empty = none
    Times times = Times::None;
    Answer answer = Answer::Envelope;
};

struct ResultTemplate {
    enum class Form { List, Tsv, Text, Coded };

    Form form = Form::Text;
    QString code; ///< name of a form of the provider's; empty but for Form::Coded
    std::string member;
    QStringList columns;
    std::vector<Json::json_pointer> sources; ///< one for each column
    qsizetype newestFirst = -1;              ///< index of the column with the time
    QString missing;
};

/// One tool as a toolset file describes it.
struct ToolDefinition {
    mcp::Tool tool;
    QString toolset;
    QString scope;
    bool needsAccount = false;
    std::optional<RequestTemplate> request; ///< nothing = coded under the same name
    ResultTemplate result;
};

/// Reads one toolset file: parts are put in place, names and scopes are checked.
[[nodiscard]] Result<std::vector<ToolDefinition>> readToolset(const Json &file);

/// Every tool of the provider, in the order in which clients see them. Read once; a broken file is
/// a bug and ends the program with its name. Any thread.
[[nodiscard]] const std::vector<ToolDefinition> &allDefinitions();

} // namespace flaredeck::tools
