#include "core/mcp/transports/resultwriter.h"

#include "core/mcp/metakeys.h"
#include "core/mcp/revision.h"

namespace flaredeck::mcp {

ResultWriter::ResultWriter(const ServerInfo &info)
    : m_serverInfo{{"name", info.name}, {"title", info.title}, {"version", info.version}}
    , m_completeEnd(R"("resultType":"complete","_meta":)" +
                    json::print({{meta::kServerInfo, m_serverInfo}}) + '}')
{
}

QByteArray ResultWriter::write(Json result, const Traits &traits,
                               std::optional<Caching> caching) const
{
    if (traits.stateless && !caching && !result.empty() && !result.contains("resultType") &&
        !result.contains("_meta")) {
        // Most results end alike, and that end is longer than what comes before.
        QByteArray text = json::print(result);
        text.back() = ',';
        return text.append(m_completeEnd);
    }
    if (traits.stateless) {
        if (!result.contains("resultType"))
            result["resultType"] = "complete";
        result["_meta"][meta::kServerInfo] = m_serverInfo;
        if (caching) {
            result["ttlMs"] = caching->ttlMs;
            result["cacheScope"] = "private";
        }
    }
    return json::print(result);
}

} // namespace flaredeck::mcp
