#include "core/providers/cloudflare/graphqlquery.h"

#include "core/providers/cloudflare/graphqlclient.h"
#include "core/providers/cloudflare/graphqlreach.h"
#include "core/providers/cloudflare/lzstring.h"
#include "core/tools/accountchoice.h"

namespace flaredeck::cloudflare {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype kMostCharacters = 800'000; ///< of an answer that a model gets
constexpr qsizetype kMostZones = 20;           ///< each one costs a request

Json variablesOf(const Json &arguments)
{
    const Json *variables = json::find(arguments, "variables");
    return variables && variables->is_object() ? *variables : Json::object();
}

/// Longer than every row of backticks in the text.
QString fenceFor(const QString &text)
{
    QString fence = u"```"_s;
    while (text.contains(fence))
        fence += u'`';
    return fence;
}

QString codeBlock(const QString &language, const QString &text)
{
    const QString fence = fenceFor(text);
    return fence + language + u'\n' + text + u'\n' + fence;
}

} // namespace

GraphqlQueryTool::GraphqlQueryTool(tools::UpstreamPtr upstream)
    : m_upstream(upstream)
    , m_lookups(std::move(upstream))
{
}

Task<Result<mcp::ToolResult>> GraphqlQueryTool::run(tools::InvocationPtr call) const
{
    const QString query = json::stringAt(call->arguments, "query").value_or(QString());
    const Json variables = variablesOf(call->arguments);
    const auto tokens = graphqlTokens(query);
    if (!tokens)
        co_return fail(tokens.error());
    const Result<GraphqlDocument> document = readGraphql(*tokens);
    if (!document)
        co_return fail(document.error());
    const Result<GraphqlReach> reach = graphqlReach(*document, variables);
    if (!reach)
        co_return fail(reach.error());
    for (const QString &account : reach->accounts) {
        if (!tools::findAccount(call->caller->accounts, account)) {
            co_return fail(
                Error::Kind::Denied,
                u"The account %1 is not one that this connection reaches."_s.arg(account),
                u"Take ids from accounts_list."_s);
        }
    }
    if (reach->zones.size() > kMostZones) {
        co_return fail(Error::Kind::InvalidInput,
                       u"The query names %1 zones; %2 are possible."_s.arg(
                           QString::number(reach->zones.size()), QString::number(kMostZones)),
                       u"Split it into several queries."_s);
    }
    for (const QString &zone : reach->zones) {
        Task<Result<QString>> looking = m_lookups.idOf(call, u"zones"_s, u"zoneTag"_s, zone);
        const Result<QString> known = co_await looking;
        if (!known)
            co_return fail(known.error());
    }

    // What was checked is what is sent, and not the text that it was read from.
    Task<Result<GraphqlAnswer>> asking =
        askGraphql(m_upstream, call, graphqlText(*tokens), variables);
    const Result<GraphqlAnswer> answer = co_await asking;
    if (!answer)
        co_return fail(answer.error());
    if (answer->raw.size() > kMostCharacters) {
        co_return fail(Error::Kind::InvalidInput,
                       u"The result is too large: %1 KB, of at most %2."_s.arg(
                           QString::number(answer->raw.size() / 1024),
                           QString::number(kMostCharacters / 1024)),
                       u"Ask for fewer fields, a shorter period, or a smaller limit."_s);
    }
    mcp::ToolResult result =
        mcp::ToolResult::text(answer->raw + "\n\n[Open in Cloudflare's GraphQL explorer]("_L1 +
                              GraphqlExplorerTool::link(query, variables) + u')');
    result.isError = answer->data().is_null() && !answer->errors().isEmpty();
    co_return result;
}

Task<Result<mcp::ToolResult>> GraphqlExplorerTool::run(tools::InvocationPtr call) const
{
    const QString query = json::stringAt(call->arguments, "query").value_or(QString());
    const Json variables = variablesOf(call->arguments);
    QString text = u"[Open in Cloudflare's GraphQL explorer](%1)\n\nQuery:\n%2"_s.arg(
        link(query, variables), codeBlock(u"graphql"_s, query));
    if (!variables.empty())
        text +=
            "\n\nVariables:\n"_L1 + codeBlock(u"json"_s, QString::fromStdString(variables.dump(2)));
    co_return mcp::ToolResult::text(text);
}

QString GraphqlExplorerTool::link(const QString &query, const Json &variables)
{
    // "+" and "$" are left as they are: the explorer decodes nothing else.
    return "https://graphql.cloudflare.com/explorer?query="_L1 +
           QLatin1StringView(lzCompressed(query)) + "&variables="_L1 +
           QLatin1StringView(lzCompressed(QString::fromUtf8(json::print(variables))));
}

} // namespace flaredeck::cloudflare
