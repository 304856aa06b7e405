#include "core/providers/cloudflare/browserforms.h"

namespace flaredeck::cloudflare {

using namespace Qt::Literals::StringLiterals;

mcp::ToolResult browserSnapshot(const Json &, const Json &result)
{
    Json page = Json::object();
    if (const auto content = json::stringAt(result, "content"))
        page["content"] = *content;
    mcp::ToolResult answer = mcp::ToolResult::structuredJson(std::move(page));
    if (const auto picture = json::stringAt(result, "screenshot"))
        answer.content << mcp::Content::image(QByteArray::fromBase64(picture->toLatin1()),
                                              u"image/png"_s);
    return answer;
}

mcp::ToolResult browserSessions(const Json &, const Json &answer)
{
    const Json *result = json::find(answer, "result");
    return mcp::ToolResult::structuredJson({{"result", result ? *result : answer}});
}

} // namespace flaredeck::cloudflare
