#include "core/providers/cloudflare/ragresults.h"

namespace flaredeck::cloudflare {

using namespace Qt::Literals::StringLiterals;

mcp::ToolResult ragFiles(const Json &, const Json &result)
{
    const Json none = Json::array();
    const Json *data = json::find(result, "data");
    QStringList files;
    for (const Json &file : data && data->is_array() ? *data : none) {
        QStringList texts;
        const Json *content = json::find(file, "content");
        for (const Json &part : content && content->is_array() ? *content : none)
            texts << json::stringAt(part, "text").value_or(QString());
        files << u"<file name=\"%1\">%2</file>"_s.arg(
            json::stringAt(file, "filename").value_or(QString()).toHtmlEscaped(),
            texts.join(u"\n\n"_s));
    }
    return mcp::ToolResult::text(files.isEmpty() ? u"Nothing was found."_s : files.join(u"\n\n"_s));
}

mcp::ToolResult ragAnswer(const Json &, const Json &result)
{
    return mcp::ToolResult::text(json::stringAt(result, "response").value_or(QString()));
}

} // namespace flaredeck::cloudflare
