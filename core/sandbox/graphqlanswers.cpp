#include "core/sandbox/graphqlanswers.h"

#include "core/base/json.h"
#include "core/sandbox/template.h"

#include <QDateTime>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace flaredeck::sandbox {

namespace {

http::Response failure(int status, const QString &message)
{
    Json error{{"message", message}};
    return http::Response::json(status,
                                {{"data", nullptr}, {"errors", Json::array({std::move(error)})}});
}

/// Read at each use: most runs never ask, and idle memory matters.
Json answers()
{
    return json::parse(resource(u"graphql/answers.json"_s)).value_or(Json::object());
}

Json overview(const Json &from)
{
    Json schema = from.at("schema");
    schema["types"] = Json::array();
    for (const Json &type : from.at("types"))
        schema["types"].push_back({{"name", type.at("name")},
                                   {"kind", type.at("kind")},
                                   {"description", type.at("description")}});
    return {{"__schema", std::move(schema)}};
}

Json details(const Json &from, const QString &name)
{
    for (const Json &type : from.at("types")) {
        if (json::stringAt(type, "name") == name)
            return {{"__type", type}};
    }
    return {{"__type", nullptr}};
}

} // namespace

GraphqlAnswers::GraphqlAnswers(const Clock &clock)
    : m_clock(clock)
{
}

Json GraphqlAnswers::dataFor(const QString &query, const Json &variables) const
{
    static const QRegularExpression typeName(u"__type\\s*\\(\\s*name\\s*:\\s*\"(\\w+)\""_s);
    const Json known = answers();
    if (query.contains("__schema"_L1))
        return overview(known);
    if (query.contains("__type"_L1) && !query.contains("__typename"_L1))
        return details(
            known, json::stringAt(variables, "name").value_or(typeName.match(query).captured(1)));
    for (const auto &[dataset, data] : known.at("datasets").items()) {
        if (query.contains(QString::fromStdString(dataset)))
            return filled(data, [this](const std::string &name) -> std::optional<Json> {
                const QString words = QString::fromStdString(name); // "3 days ago"
                if (!words.endsWith(" days ago"_L1))
                    return std::nullopt;
                return Json(QDateTime::fromMSecsSinceEpoch(m_clock.now())
                                .toUTC()
                                .addDays(-words.section(u' ', 0, 0).toInt())
                                .toString(u"yyyy-MM-dd"_s));
            });
    }
    return {};
}

http::Response GraphqlAnswers::answer(const http::Request &request) const
{
    const Json body = json::parse(request.body).value_or(Json());
    const auto query = json::stringAt(body, "query");
    if (!query)
        return failure(400, u"The body must have a query"_s);
    const Json *variables = json::find(body, "variables");
    const Json data = dataFor(*query, variables ? *variables : Json());
    return data.is_null() ? failure(200, u"The sandbox has no such dataset. It knows "
                                         "httpRequestsAdaptiveGroups of zones and "
                                         "workersInvocationsAdaptive of accounts."_s)
                          : http::Response::json(200, {{"data", data}, {"errors", nullptr}});
}

} // namespace flaredeck::sandbox
