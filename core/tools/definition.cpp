#include "core/tools/definition.h"

#include "core/provider/facts.h"
#include "core/provider/scopes.h"

#include <QHash>

#include <algorithm>
#include <mutex>
#include <set>
#include <stdexcept>

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

QRegularExpression expression(const std::string &text)
{
    QRegularExpression made(QString::fromStdString(text));
    if (!made.isValid())
        throw std::invalid_argument("broken regular expression " + text);
    return made;
}

RequestTemplate::QueryItem readQueryItem(const std::string &key, const Json &from)
{
    RequestTemplate::QueryItem item;
    item.key = QString::fromStdString(key);
    item.source =
        filling::Source::read(from.is_string() ? json::toQString(from) : text(from, "argument"));
    if (const Json *when = json::find(from, "when")) {
        for (const auto &[argument, wanted] : when->items())
            item.when.emplace_back(filling::Source::read(QString::fromStdString(argument)),
                                   expression(wanted.get<std::string>()));
    }
    return item;
}

RequestTemplate::Answer readAnswer(const QString &answer)
{
    if (answer == "text"_L1)
        return RequestTemplate::Answer::Text;
    if (answer == "json"_L1)
        return RequestTemplate::Answer::Json;
    if (answer == "bytes"_L1)
        return RequestTemplate::Answer::Bytes;
    return RequestTemplate::Answer::Envelope;
}

RequestTemplate readRequest(const Json &from)
{
    RequestTemplate request;
    request.method = text(from, "method").toLatin1();
    request.path = text(from, "path");
    if (const Json *body = json::find(from, "body")) {
        if (body->is_string())
            request.bodyArgument = body->get<std::string>();
        else
            request.body = *body;
    }
    if (const Json *query = json::find(from, "query")) {
        for (const auto &[key, source] : query->items())
            request.query << readQueryItem(key, source);
    }
    if (const Json *fixed = json::find(from, "fixed")) {
        for (const auto &[key, value] : fixed->items())
            request.fixed.append({QString::fromStdString(key), json::toQString(value)});
    }
    if (const Json *pages = json::find(from, "pages")) {
        request.pages = RequestTemplate::Pages{pages->at("offset").get<std::string>(),
                                               pages->at("size").get<std::string>(),
                                               pages->at("usual").get<int>()};
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
    request.answer = readAnswer(text(from, "answer"));
    return request;
}

ResultTemplate::Form readForm(const QString &form)
{
    using Form = ResultTemplate::Form;
    static const QHash<QString, Form> known{
        {u"list"_s, Form::List}, {u"tsv"_s, Form::Tsv},     {u"text"_s, Form::Text},
        {u"json"_s, Form::Json}, {u"image"_s, Form::Image}, {u"resource"_s, Form::Resource}};
    return known.value(form, Form::Coded);
}

ResultTemplate readResult(const Json &from)
{
    ResultTemplate result;
    const QString form = text(from, "form");
    result.form = readForm(form);
    if (result.form == ResultTemplate::Form::Coded)
        result.code = form;
    result.mimeType = text(from, "mimeType");
    result.uri = text(from, "uri");
    if (const Json *shape = json::find(from, "shape"))
        result.shape = Shape::read(*shape);
    if (const Json *whenNull = json::find(from, "whenNull"))
        result.whenNull = *whenNull;
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

Effect readEffect(const QString &name)
{
    const auto effect = effectNamed(name);
    if (!effect)
        throw std::invalid_argument("unknown effect " + name.toStdString());
    return *effect;
}

void readEffects(const Json &from, ToolDefinition &definition)
{
    definition.effect = readEffect(text(from, "effect"));
    definition.change = text(from, "change");
    if (const Json *by = json::find(from, "effectBy")) {
        definition.language =
            text(*by, "language") == "sql"_L1 ? QueryLanguage::Sql : QueryLanguage::GraphQl;
        definition.languageArgument = by->at("argument").get<std::string>();
    }
    if (const Json *before = json::find(from, "before")) {
        definition.before = BeforeTemplate{text(*before, "path"), {}};
        for (const Json &fact : before->at("shows"))
            definition.before->shows.append(
                {json::toQString(fact.at(0)), Json::json_pointer(fact.at(1).get<std::string>())});
    }
    if (const Json *lookup = json::find(from, "lookup")) {
        for (const auto &[argument, name] : lookup->items())
            definition.lookups.append({argument, json::toQString(name)});
    }
    // What may change things is no safer for the calls of it that only read.
    const bool reads = definition.effect == Effect::Reads;
    definition.tool.annotations = {definition.tool.title, reads,
                                   definition.effect == Effect::Destroys,
                                   json::boolAt(from, "idempotent").value_or(reads),
                                   !json::boolAt(from, "local").value_or(false)};
}

Result<ToolDefinition> readTool(const Json &from, const Json &parts)
{
    ToolDefinition definition;
    mcp::Tool &tool = definition.tool;
    tool.name = text(from, "name");
    tool.title = text(from, "title");
    tool.description = text(from, "description");
    definition.scope = text(from, "scope");
    definition.writeScope = text(from, "writeScope");
    definition.needsAccount = json::boolAt(from, "account").value_or(false);
    for (const QString &scope : {definition.scope, definition.scopeFor(Effect::Destroys)}) {
        if (!scopes::find(scope))
            return broken(tool.name, u"there is no scope %1"_s.arg(scope));
    }
    readEffects(from, definition);
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
            tool->toolsets = {toolset};
            tools.push_back(std::move(*tool));
        }
        return tools;
    } catch (const std::exception &exception) {
        return broken(current, QString::fromUtf8(exception.what()));
    }
}

Effect ToolDefinition::effectOf(const Json &arguments) const
{
    if (!language)
        return effect;
    const QString text = json::stringAt(arguments, languageArgument.c_str()).value_or(QString());
    return onlyReads(*language, text) ? Effect::Reads : effect;
}

const QString &ToolDefinition::scopeFor(Effect ofCall) const
{
    return ofCall == Effect::Reads || writeScope.isEmpty() ? scope : writeScope;
}

qsizetype estimatedTokens(const ToolDefinition &tool)
{
    constexpr qsizetype kBytesOfToken = 4;
    qsizetype bytes = tool.tool.name.size() + tool.tool.description.toUtf8().size() +
                      json::print(tool.tool.inputSchema).size();
    if (tool.tool.outputSchema)
        bytes += json::print(*tool.tool.outputSchema).size();
    return (bytes + kBytesOfToken - 1) / kBytesOfToken;
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
        for (const provider::Toolset &toolset : provider::facts().toolsets) {
            for (const QString &name : json::stringsAt(toolset.file, "include")) {
                const auto found = std::find_if(
                    all.begin(), all.end(), [&](const auto &one) { return one.tool.name == name; });
                if (found == all.end())
                    qFatal("toolset %s: there is no tool %s to include", qPrintable(toolset.name),
                           qPrintable(name));
                found->toolsets << toolset.name;
            }
        }
        return all;
    }();
    return definitions;
}

namespace {

/// The window asks on its thread what the core changes on another.
class DefinitionShelf
{
public:
    DefinitionShelf()
    {
        for (const ToolDefinition &definition : allDefinitions())
            m_own << DefinitionPtr(DefinitionPtr(), &definition);
        m_all = m_own;
    }

    [[nodiscard]] QList<DefinitionPtr> all()
    {
        const std::scoped_lock lock(m_mutex);
        return m_all;
    }

    void setRemote(const QList<DefinitionPtr> &remote)
    {
        QList<DefinitionPtr> next = m_own + remote;
        const std::scoped_lock lock(m_mutex);
        m_all.swap(next);
    }

private:
    std::mutex m_mutex;
    QList<DefinitionPtr> m_own;
    QList<DefinitionPtr> m_all;
};

DefinitionShelf &definitionShelf()
{
    static DefinitionShelf one;
    return one;
}

} // namespace

QList<DefinitionPtr> definitions()
{
    return definitionShelf().all();
}

DefinitionPtr findDefinition(const QString &name)
{
    const QList<DefinitionPtr> all = definitions();
    const auto found = std::find_if(all.begin(), all.end(), [&name](const DefinitionPtr &one) {
        return one->tool.name == name;
    });
    return found == all.end() ? nullptr : *found;
}

void setRemoteDefinitions(const QList<DefinitionPtr> &remote)
{
    definitionShelf().setRemote(remote);
}

} // namespace flaredeck::tools
