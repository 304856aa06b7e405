#include "core/providers/cloudflare/blogtools.h"

#include "core/base/plaintext.h"
#include "core/providers/cloudflare/publicpages.h"
#include "core/tools/filling.h"
#include "core/tools/tsv.h"

#include <algorithm>

namespace flaredeck::cloudflare {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype kExcerpt = 300; ///< characters, for a post without a description

provider::ApiRequest toBlog(const QString &path)
{
    provider::ApiRequest request;
    request.site = u"blog"_s;
    request.path = u"/api/mcp/"_s + path;
    return request;
}

QString wordAt(const Json &object, const char *key)
{
    return json::stringAt(object, key).value_or(QString());
}

/// The member, or null.
const Json &memberOf(const Json &object, const char *key)
{
    static const Json kNothing;
    const Json *found = json::find(object, key);
    return found ? *found : kNothing;
}

const Json &arrayAt(const Json &object, const char *key)
{
    static const Json kNone = Json::array();
    const Json &found = memberOf(object, key);
    return found.is_array() ? found : kNone;
}

/// What the output schema promises: a text, or null.
Json textOrNull(const Json &object, const char *key)
{
    const auto text = json::stringAt(object, key);
    return text ? Json(*text) : Json();
}

Json asPost(const Json &post)
{
    return {{"slug", wordAt(post, "slug")},
            {"title", wordAt(post, "title")},
            {"excerpt", wordAt(post, "excerpt")},
            {"publishedAt", textOrNull(post, "publishedAt")},
            {"url", wordAt(post, "url")},
            {"tags", json::stringsAt(post, "tags")},
            {"authors", json::stringsAt(post, "authors")}};
}

double scoreOf(const Json &one)
{
    const Json &score = memberOf(one, "score");
    return score.is_number() ? score.get<double>() : 0;
}

/// Each result between tags, for a model.
QString marked(const Json &results)
{
    QStringList blocks;
    for (const Json &result : results) {
        QString block = u"<result>"_s;
        for (const char *part : {"url", "title", "excerpt"})
            block +=
                u"\n<%1>%2</%1>"_s.arg(QLatin1String(part), wordAt(result, part).toHtmlEscaped());
        blocks << block + u"\n</result>"_s;
    }
    return blocks.join(u'\n');
}

} // namespace

SearchPostsTool::SearchPostsTool(tools::UpstreamPtr upstream)
    : m_upstream(std::move(upstream))
{
}

Json SearchPostsTool::resultsOf(const Json &chunks)
{
    std::vector<Json> results;
    for (const Json &chunk : chunks) {
        const Json &item = memberOf(chunk, "item");
        const Json &described = memberOf(item, "metadata");
        const QString url = wordAt(item, "key");
        const QString title = wordAt(described, "title");
        const QString description = wordAt(described, "description");
        const Json result{{"url", url},
                          {"title", title.isEmpty() ? url : title},
                          {"excerpt", description.isEmpty()
                                          ? plaintext::cut(wordAt(chunk, "text"), kExcerpt)
                                          : description},
                          {"score", scoreOf(chunk)}};
        const auto known = std::find_if(results.begin(), results.end(), [&url](const Json &other) {
            return wordAt(other, "url") == url;
        });
        if (known == results.end())
            results.push_back(result);
        else if (scoreOf(result) > scoreOf(*known))
            *known = result;
    }
    std::stable_sort(results.begin(), results.end(),
                     [](const Json &a, const Json &b) { return scoreOf(a) > scoreOf(b); });
    return results;
}

Task<Result<mcp::ToolResult>> SearchPostsTool::run(tools::InvocationPtr call) const
{
    provider::ApiRequest request;
    request.site = u"blog-search"_s;
    request.method = "POST";
    request.path = u"/search"_s;
    request.body = Json{{"query", wordAt(call->arguments, "query")}};
    const Result<Json> found = co_await readPublicJson(m_upstream, call, std::move(request));
    if (!found)
        co_return fail(found.error());
    Json results = resultsOf(arrayAt(memberOf(*found, "result"), "chunks"));
    mcp::ToolResult result = mcp::ToolResult::text(marked(results));
    result.structured = Json{{"results", std::move(results)}};
    co_return result;
}

ListPostsTool::ListPostsTool(tools::UpstreamPtr upstream)
    : m_upstream(std::move(upstream))
{
}

Task<Result<mcp::ToolResult>> ListPostsTool::run(tools::InvocationPtr call) const
{
    provider::ApiRequest request = toBlog(u"posts"_s);
    for (const char *name : {"limit", "cursor", "tag"}) {
        if (const Json *value = json::find(call->arguments, name))
            request.query.addQueryItem(
                QLatin1String(name),
                QString::fromLatin1(http::encodeComponent(tools::plainText(*value))));
    }
    const Result<Json> found = co_await readPublicJson(m_upstream, call, std::move(request));
    if (!found)
        co_return fail(found.error());
    Json posts = Json::array();
    for (const Json &post : arrayAt(*found, "posts"))
        posts.push_back(asPost(post));
    Json page{{"posts", std::move(posts)}, {"nextCursor", textOrNull(*found, "nextCursor")}};
    co_return mcp::ToolResult::structuredJson(std::move(page));
}

GetPostTool::GetPostTool(tools::UpstreamPtr upstream)
    : m_upstream(std::move(upstream))
{
}

Task<Result<mcp::ToolResult>> GetPostTool::run(tools::InvocationPtr call) const
{
    const Result<QString> path =
        tools::filling::path(u"posts/{slug}"_s, call->arguments, call->account.id);
    if (!path)
        co_return fail(path.error());
    provider::ApiRequest request = toBlog(*path);
    const Result<Json> found = co_await readPublicJson(m_upstream, call, std::move(request));
    if (!found && found.error().kind == Error::Kind::NotFound)
        co_return fail(Error::Kind::NotFound,
                       u"The blog has no post %1."_s.arg(wordAt(call->arguments, "slug")),
                       u"Find its slug with search_posts or list_posts."_s);
    if (!found)
        co_return fail(found.error());
    Json post = asPost(*found);
    post["content"] = wordAt(*found, "content");
    co_return mcp::ToolResult::structuredJson(std::move(post));
}

ListTagsTool::ListTagsTool(tools::UpstreamPtr upstream)
    : m_upstream(std::move(upstream))
{
}

Task<Result<mcp::ToolResult>> ListTagsTool::run(tools::InvocationPtr call) const
{
    provider::ApiRequest request = toBlog(u"tags"_s);
    const Result<Json> found = co_await readPublicJson(m_upstream, call, std::move(request));
    if (!found)
        co_return fail(found.error());
    Json tags = Json::array();
    for (const Json &tag : arrayAt(*found, "tags"))
        tags.push_back({{"slug", wordAt(tag, "slug")}, {"label", wordAt(tag, "label")}});
    Json all{{"tags", std::move(tags)}};
    co_return mcp::ToolResult::structuredJson(std::move(all));
}

} // namespace flaredeck::cloudflare
