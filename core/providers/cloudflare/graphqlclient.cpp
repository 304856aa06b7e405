#include "core/providers/cloudflare/graphqlclient.h"

namespace flaredeck::cloudflare {

using namespace Qt::Literals::StringLiterals;

Json GraphqlAnswer::data() const
{
    const Json *found = json::find(whole, "data");
    return found ? *found : Json();
}

QString GraphqlAnswer::errors() const
{
    QStringList messages;
    if (const Json *list = json::find(whole, "errors"); list && list->is_array()) {
        for (const Json &error : *list)
            messages << json::stringAt(error, "message").value_or(u"an error without a message"_s);
    }
    return messages.join(u"; "_s);
}

Task<Result<GraphqlAnswer>> askGraphql(tools::UpstreamPtr upstream, tools::InvocationPtr call,
                                       QString query, Json variables)
{
    provider::ApiRequest request;
    request.method = "POST";
    request.path = u"/graphql"_s;
    request.body = Json{{"query", query.toStdString()}};
    if (!variables.empty())
        (*request.body)["variables"] = std::move(variables);
    const Result<provider::ApiResponse> response =
        co_await upstream->sendForText(call, std::move(request));
    if (!response)
        co_return fail(response.error());
    Result<Json> whole = json::parse(response->text);
    if (!whole || !whole->is_object()) {
        co_return fail(Error::Kind::Upstream,
                       u"Cloudflare's GraphQL API answered with something else than an object."_s,
                       u"Try again in a minute."_s);
    }
    GraphqlAnswer answer{*std::move(whole), QString::fromUtf8(response->text)};
    co_return answer;
}

Task<Result<Json>> graphqlData(tools::UpstreamPtr upstream, tools::InvocationPtr call,
                               QString query, Json variables)
{
    Task<Result<GraphqlAnswer>> asking =
        askGraphql(std::move(upstream), std::move(call), std::move(query), std::move(variables));
    const Result<GraphqlAnswer> answer = co_await asking;
    if (!answer)
        co_return fail(answer.error());
    Json data = answer->data();
    if (data.is_object())
        co_return std::move(data);
    const QString errors = answer->errors();
    co_return fail(Error::Kind::Upstream,
                   errors.isEmpty() ? u"Cloudflare's GraphQL API sent no data."_s
                                    : u"Cloudflare's GraphQL API reports: %1."_s.arg(errors),
                   u"Try again in a minute."_s);
}

} // namespace flaredeck::cloudflare
