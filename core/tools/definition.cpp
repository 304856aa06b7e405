#include "core/tools/definition.h"

#include "core/provider/facts.h"
#include "core/provider/scopes.h"

#include <QFile>

#include <algorithm>
#include <set>

namespace flaredeck::tools {

using namespace Qt::Literals::StringLiterals;

namespace {

tl::unexpected<Error> broken(const QString &name, const QString &why)
{
    return fail(Error::Kind::Internal, u"The definition of %1 is broken: %2."_s.arg(name, why));
}

/// Replaces {"$part": "x"} by the part; members beside it win.
Json withParts(const Json &value, const Json &parts)
{
    if (value.is_array()) {
        Json list = Json::array();
        for (const Json &item : value)
            list.push_back(withParts(item, parts));
        return list;
    }
    if (!value.is_object())
        return value;
    Json object = Json::object();
    if (const auto part = value.find("$part"); part != value.end())
        object = withParts(parts.at(part->get<std::string>()), parts);
    for (const auto &[key, member] : value.items()) {
        if (key != "$part")
            object[key] = withParts(member, parts);
    }
    return object;
}

QString text(const Json &object, const char *key)
{
    return json::stringAt(object, key).value_or(QString());
}

RequestTemplate readRequest(const Json &from)
{
    RequestTemplate request;
    request.method = text(from, "method").toLatin1();
    request.path = text(from, "path");
    request.body = text(from, "body").toStdString();
    if (const Json *query = json::find(from, "query")) {
        for (const auto &[key, argument] : query->items())
            request.query.append({QString::fromStdString(key), argument.get<std::string>()});
    }
    if (const Json *headers = json::find(from, "headers")) {
        for (const auto &[name, value] : headers->items())
            request.headers.append(QByteArray::fromStdString(name),
                                   QByteArray::fromStdString(value.get<std::string>()));
    }
    const QString times = text(from, "timeframe");
    if (times == "nested"_L1)
        request.times = RequestTemplate::Times::Nested;
    else if (times == "nested and flat"_L1)
        request.times = RequestTemplate::Times::NestedAndFlat;
    if (text(from, "answer") == "text"_L1)
        request.answer = RequestTemplate::Answer::Text;
    return request;
}

ResultTemplate readResult(const Json &from)
{
    ResultTemplate result;
    const QString form = text(from, "form");
    if (form == "list"_L1) {
        result.form = ResultTemplate::Form::List;
    } else if (form == "tsv"_L1) {
        result.form = ResultTemplate::Form::Tsv;
    } else if (form != "text"_L1) {
        result.form = ResultTemplate::Form::Coded;
        result.code = form;
    }
    result.member = text(from, "member").toStdString();
    if (const Json *columns = json::find(from, "columns")) {
        for (const Json &column : *columns) {
            result.columns << json::toQString(column.at(0));
            result.sources.emplace_back(column.at(1).get<std::string>());
        }
    }
    result.newestFirst = result.columns.indexOf(text(from, "newestFirst"));
    result.missing = text(from, "missing");
    return result;
}

Result<ToolDefinition> readTool(const Json &from, const Json &parts)
{
    ToolDefinition definition;
    mcp::Tool &tool = definition.tool;
    tool.name = text(from, "name");
    tool.title = text(from, "title");
    tool.description = text(from, "description");
    definition.scope = text(from, "scope");
    definition.needsAccount = json::boolAt(from, "account").value_or(false);
    if (!scopes::find(definition.scope))
        return broken(tool.name, u"there is no scope %1"_s.arg(definition.scope));

    const Json &hints = from.at("annotations");
    tool.annotations = {tool.title, hints.at("readOnly").get<bool>(),
                        hints.at("destructive").get<bool>(), hints.at("idempotent").get<bool>(),
                        hints.at("openWorld").get<bool>()};
    tool.inputSchema = withParts(from.at("input"), parts);
    if (const Json *output = json::find(from, "output"))
        tool.outputSchema = withParts(*output, parts);
    if (const Json *request = json::find(from, "request")) {
        definition.request = readRequest(*request);
        definition.result = readResult(from.at("result"));
    }
    return definition;
}

} // namespace

Result<std::vector<ToolDefinition>> readToolset(const Json &file)
{
    const QString toolset = text(file, "toolset");
    QString current = toolset;
    try {
        const Json *shared = json::find(file, "parts");
        const Json parts = shared ? *shared : Json::object();
        std::vector<ToolDefinition> tools;
        std::set<QString> names;
        for (const Json &entry : file.at("tools")) {
            current = text(entry, "name");
            Result<ToolDefinition> tool = readTool(entry, parts);
            if (!tool)
                return fail(tool.error());
            if (!names.insert(tool->tool.name).second)
                return broken(current, u"the name occurs twice"_s);
            tool->toolset = toolset;
            tools.push_back(std::move(*tool));
        }
        return tools;
    } catch (const std::exception &exception) {
        return broken(current, QString::fromUtf8(exception.what()));
    }
}

const std::vector<ToolDefinition> &allDefinitions()
{
    static const std::vector<ToolDefinition> definitions = [] {
        std::vector<ToolDefinition> all;
        for (const provider::Toolset &toolset : provider::facts().toolsets) {
            Result<std::vector<ToolDefinition>> tools = readToolset(toolset.file);
            if (!tools)
                qFatal("toolset %s: %s", qPrintable(toolset.name),
                       qPrintable(tools.error().message));
            std::move(tools->begin(), tools->end(), std::back_inserter(all));
        }
        return all;
    }();
    return definitions;
}

} // namespace flaredeck::tools
