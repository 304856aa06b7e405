#include "core/providers/cloudflare/graphqlschematools.h"

#include "core/providers/cloudflare/graphqlclient.h"
#include "core/providers/cloudflare/graphqlschema.h"
#include "core/tools/accountchoice.h"

namespace flaredeck::cloudflare {

using namespace Qt::Literals::StringLiterals;

namespace {

/// An argument that the schema gives a default, so that it is always there.
qint64 numberOf(const tools::Invocation &call, const char *argument)
{
    return json::integerAt(call.arguments, argument).value_or(1);
}

bool isTrue(const tools::Invocation &call, const char *argument)
{
    return json::boolAt(call.arguments, argument).value_or(false);
}

QString textOf(const tools::Invocation &call, const char *argument)
{
    return json::stringAt(call.arguments, argument).value_or(QString());
}

Json memberOf(const Json &object, const char *key)
{
    const Json *member = json::find(object, key);
    return member ? *member : Json();
}

} // namespace

GraphqlSchemaTool::GraphqlSchemaTool(tools::UpstreamPtr upstream)
    : m_upstream(std::move(upstream))
{
}

Task<Result<Json>> GraphqlSchemaTool::overview(tools::InvocationPtr call) const
{
    Task<Result<Json>> asking =
        graphqlData(m_upstream, std::move(call), graphqlschema::overviewQuery(), Json::object());
    const Result<Json> data = co_await asking;
    if (!data)
        co_return fail(data.error());
    Json schema = memberOf(*data, "__schema");
    if (!schema.is_object()) {
        co_return fail(Error::Kind::Upstream, u"Cloudflare's GraphQL API sent no schema."_s,
                       u"Try again in a minute."_s);
    }
    co_return std::move(schema);
}

Task<Result<Json>> GraphqlSchemaTool::details(tools::InvocationPtr call, QString type) const
{
    Json variables = Json::object();
    variables["name"] = type;
    Task<Result<Json>> asking = graphqlData(m_upstream, std::move(call),
                                            graphqlschema::detailsQuery(), std::move(variables));
    const Result<Json> data = co_await asking;
    if (!data)
        co_return fail(data.error());
    Json found = memberOf(*data, "__type");
    if (!found.is_object()) {
        co_return fail(Error::Kind::NotFound,
                       u"Cloudflare's GraphQL API has no type %1."_s.arg(tools::shownName(type)),
                       u"Find types with graphql_schema_search; case matters."_s);
    }
    co_return std::move(found);
}

Task<Result<mcp::ToolResult>> GraphqlSearchTool::run(tools::InvocationPtr call) const
{
    const Result<Json> schema = co_await overview(call);
    if (!schema)
        co_return fail(schema.error());
    const graphqlschema::Search::Options options{textOf(*call, "keyword"),
                                                 isTrue(*call, "includeInternalTypes"),
                                                 isTrue(*call, "onlyObjectTypes")};
    graphqlschema::Search search(*schema, options);
    const QStringList names = search.candidates().mid(0, numberOf(*call, "maxDetailsToFetch"));
    for (qsizetype i = 0; i < names.size(); ++i) {
        call->context->progress(double(i), double(names.size()), names[i]);
        Task<Result<Json>> asking = details(call, names[i]);
        const Result<Json> type = co_await asking;
        // A type that is listed and not there is Cloudflare's affair, and no reason to stop.
        if (!type && type.error().kind != Error::Kind::NotFound)
            co_return fail(type.error());
        if (type)
            search.addDetails(*type);
    }
    co_return mcp::ToolResult::structuredJson(search.result());
}

Task<Result<mcp::ToolResult>> GraphqlOverviewTool::run(tools::InvocationPtr call) const
{
    Result<Json> schema = co_await overview(call);
    if (!schema)
        co_return fail(schema.error());
    graphqlschema::Page page =
        graphqlschema::pageOf(memberOf(*schema, "types"), numberOf(*call, "page"),
                              numberOf(*call, "pageSize"), "totalTypes");
    (*schema)["types"] = std::move(page.items);
    Json answer = Json::object();
    answer["data"]["__schema"] = *std::move(schema);
    answer["pagination"] = std::move(page.pagination);
    co_return mcp::ToolResult::structuredJson(std::move(answer));
}

Task<Result<mcp::ToolResult>> GraphqlCompleteSchemaTool::run(tools::InvocationPtr call) const
{
    Result<Json> schema = co_await overview(call);
    if (!schema)
        co_return fail(schema.error());
    Json types = Json::object();
    if (isTrue(*call, "includeRootTypeDetails")) {
        const QStringList names =
            graphqlschema::rootTypes(*schema).mid(0, numberOf(*call, "maxTypeDetailsToFetch"));
        for (const QString &name : names) {
            Task<Result<Json>> asking = details(call, name);
            Result<Json> type = co_await asking;
            if (!type)
                co_return fail(type.error());
            types[name.toStdString()] = *std::move(type);
        }
    }
    graphqlschema::Page page =
        graphqlschema::pageOf(memberOf(*schema, "types"), numberOf(*call, "typesPage"),
                              numberOf(*call, "typesPageSize"), "totalTypes");
    (*schema)["types"] = std::move(page.items);
    Json answer = Json::object();
    answer["data"]["__schema"] = *std::move(schema);
    answer["typeDetails"] = std::move(types);
    answer["pagination"]["types"] = std::move(page.pagination);
    co_return mcp::ToolResult::structuredJson(std::move(answer));
}

Task<Result<mcp::ToolResult>> GraphqlTypeTool::run(tools::InvocationPtr call) const
{
    Task<Result<Json>> asking = details(call, textOf(*call, "typeName"));
    Result<Json> type = co_await asking;
    if (!type)
        co_return fail(type.error());
    graphqlschema::Page fields =
        graphqlschema::pageOf(memberOf(*type, "fields"), numberOf(*call, "fieldsPage"),
                              numberOf(*call, "fieldsPageSize"), "totalFields");
    graphqlschema::Page values =
        graphqlschema::pageOf(memberOf(*type, "enumValues"), numberOf(*call, "enumValuesPage"),
                              numberOf(*call, "enumValuesPageSize"), "totalEnumValues");
    (*type)["fields"] = std::move(fields.items);
    (*type)["enumValues"] = std::move(values.items);
    Json answer = Json::object();
    answer["data"]["__type"] = *std::move(type);
    answer["pagination"]["fields"] = std::move(fields.pagination);
    answer["pagination"]["enumValues"] = std::move(values.pagination);
    co_return mcp::ToolResult::structuredJson(std::move(answer));
}

} // namespace flaredeck::cloudflare
