// Without it valijson would end the program where it now throws.
#define VALIJSON_USE_EXCEPTIONS 1

#include "core/tools/schemacheck.h"

#include <QHash>
#include <QRegularExpression>

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include <algorithm>
#include <exception>
#include <stdexcept>

namespace flaredeck::tools {

using namespace Qt::Literals::StringLiterals;

class SchemaCheck::Compiled
{
public:
    Json source;
    valijson::Schema schema;
    QHash<QString, QRegularExpression> patterns;
};

namespace {

using Adapter = valijson::adapters::NlohmannJsonAdapter;

/// "limitParam" of the context "<root>", "[limitParam]"; "query.filters[0].key" of deeper ones.
QString pathOf(const std::vector<std::string> &context)
{
    QString path;
    for (size_t i = 1; i < context.size(); ++i) {
        const QString step = QString::fromStdString(context[i]);
        const QString name = step.mid(1, step.size() - 2);
        bool isIndex = false;
        name.toULongLong(&isIndex);
        if (isIndex)
            path += step;
        else
            path += path.isEmpty() ? name : u'.' + name;
    }
    return path;
}

/// The part of the schema that speaks about a context; null when there is none.
const Json *schemaAt(const Json &schema, const std::vector<std::string> &context)
{
    const Json *at = &schema;
    for (size_t i = 1; i < context.size() && at; ++i) {
        const std::string name = context[i].substr(1, context[i].size() - 2);
        if (const Json *properties = json::find(*at, "properties");
            properties && properties->contains(name))
            at = json::find(*properties, name.c_str());
        else
            at = json::find(*at, "items");
    }
    return at;
}

QString typeWords(const std::string &type)
{
    if (type == "string")
        return u"a text"_s;
    if (type == "number")
        return u"a number"_s;
    if (type == "integer")
        return u"a whole number"_s;
    if (type == "boolean")
        return u"true or false"_s;
    if (type == "array")
        return u"a list"_s;
    if (type == "object")
        return u"an object"_s;
    return QString::fromStdString(type);
}

/// The types that a schema names, those of its alternatives included; empty = any.
std::vector<std::string> typesOf(const Json &schema)
{
    std::vector<std::string> types;
    if (const Json *type = json::find(schema, "type"); type && type->is_string())
        types.push_back(type->get<std::string>());
    else if (type)
        types = type->get<std::vector<std::string>>();
    if (const Json *alternatives = json::find(schema, "anyOf")) {
        for (const Json &one : *alternatives) {
            for (std::string &type : typesOf(one))
                types.push_back(std::move(type));
        }
    }
    return types;
}

bool isOfType(const Json &value, const std::string &type)
{
    return type == "string"                        ? value.is_string()
           : type == "number" || type == "integer" ? value.is_number()
           : type == "boolean"                     ? value.is_boolean()
           : type == "array"                       ? value.is_array()
           : type == "object"                      ? value.is_object()
                                                   : value.is_null();
}

/// Whether the schema takes values of this kind; only a full check says whether it takes this one.
bool takesKindOf(const Json &schema, const Json &value)
{
    const std::vector<std::string> types = typesOf(schema);
    return types.empty() || std::any_of(types.begin(), types.end(), [&value](const auto &type) {
               return isOfType(value, type);
           });
}

bool takesEmptyText(const Json &schema)
{
    static const Json empty = "";
    const Json *values = json::find(schema, "enum");
    return takesKindOf(schema, empty) && json::integerAt(schema, "minLength").value_or(0) <= 0 &&
           (!values || std::find(values->begin(), values->end(), empty) != values->end());
}

bool isRequired(const Json &schema, const std::string &name)
{
    const Json *required = json::find(schema, "required");
    return required && std::find(required->begin(), required->end(), name) != required->end();
}

/// The value that JSON text stands for where the schema takes no text.
void readText(const Json &schema, Json &value)
{
    if (!value.is_string() || takesKindOf(schema, value))
        return;
    Result<Json> meant =
        json::parse(QByteArray::fromStdString(value.get_ref<const std::string &>()));
    if (meant && (takesKindOf(schema, *meant) || meant->is_null()))
        value = std::move(*meant);
}

/// The choice that a text means which has other capitals; only where that is one choice.
void readChoice(const Json &schema, Json &value)
{
    const Json *choices = json::find(schema, "enum");
    if (!choices || !value.is_string() ||
        std::find(choices->begin(), choices->end(), value) != choices->end())
        return;
    const QString text = json::toQString(value);
    const auto isMeant = [&text](const Json &choice) {
        return choice.is_string() &&
               json::toQString(choice).compare(text, Qt::CaseInsensitive) == 0;
    };
    const auto meant = std::find_if(choices->begin(), choices->end(), isMeant);
    if (meant != choices->end() && std::none_of(std::next(meant), choices->end(), isMeant))
        value = *meant;
}

/// How strict modes, small models and older clients write what they leave out.
bool isUnset(const Json &schema, const Json &value)
{
    if (value.is_null())
        return !takesKindOf(schema, value);
    if (!value.is_string())
        return false;
    const auto &text = value.get_ref<const std::string &>();
    const bool isBlank = text.find_first_not_of(" \t\r\n") == std::string::npos;
    return isBlank && (text.empty() ? !takesEmptyText(schema) : !takesKindOf(schema, value));
}

/// "a number from 1 to 100", "one of: asc, desc".
QString expectationOf(const Json &schema)
{
    if (const Json *values = json::find(schema, "enum")) {
        QStringList words;
        for (const Json &value : *values)
            words << (value.is_string() ? json::toQString(value)
                                        : QString::fromUtf8(json::print(value)));
        return u"one of: "_s + words.join(u", "_s);
    }
    QStringList types;
    for (const std::string &type : typesOf(schema))
        types << typeWords(type);
    QString words = types.join(u" or "_s);
    const Json *minimum = json::find(schema, "minimum");
    const Json *maximum = json::find(schema, "maximum");
    const auto number = [](const Json &value) { return QString::fromUtf8(json::print(value)); };
    if (minimum && maximum)
        words += u" from %1 to %2"_s.arg(number(*minimum), number(*maximum));
    else if (minimum)
        words += u" of at least "_s + number(*minimum);
    else if (maximum)
        words += u" of at most "_s + number(*maximum);
    const qint64 shortest = json::integerAt(schema, "minLength").value_or(0);
    const auto longest = json::integerAt(schema, "maxLength");
    if (longest && shortest > 0)
        words += u" of %1 to %2 characters"_s.arg(shortest).arg(*longest);
    else if (longest)
        words += u" of at most %1 characters"_s.arg(*longest);
    else if (shortest > 1)
        words += u" of at least %1 characters"_s.arg(shortest);
    else if (shortest == 1)
        words += u" that is not empty"_s;
    if (const auto least = json::integerAt(schema, "minItems"))
        words += u" with at least %1 items"_s.arg(*least);
    if (const auto most = json::integerAt(schema, "maxItems"))
        words += u" with at most %1 items"_s.arg(*most);
    return words;
}

/// The schema without what a std::regex would match: its recursion overflows the stack on long
/// texts, which come from clients.
Json withoutPatterns(const Json &schema)
{
    if (schema.is_array()) {
        Json list = Json::array();
        for (const Json &one : schema)
            list.push_back(withoutPatterns(one));
        return list;
    }
    if (!schema.is_object())
        return schema;
    Json kept = Json::object();
    for (const auto &[key, member] : schema.items()) {
        const bool isPattern = (key == "pattern" || key == "format") && member.is_string();
        if (!isPattern)
            kept[key] = withoutPatterns(member);
    }
    return kept;
}

/// For PCRE: there `$` also stands before a line end that closes the text, in ECMA-262 only at the
/// very end (without the flag m, which schemas cannot set).
QString ecmaPattern(const QString &pattern)
{
    QString made;
    bool isInClass = false;
    for (qsizetype i = 0; i < pattern.size(); ++i) {
        const QChar c = pattern.at(i);
        if (c == u'\\' && i + 1 < pattern.size()) {
            made += c;
            made += pattern.at(++i);
            continue;
        }
        if (c == u'[')
            isInClass = true;
        else if (c == u']')
            isInClass = false;
        if (c == u'$' && !isInClass)
            made += u"\\z"_s;
        else
            made += c;
    }
    return made;
}

void collectPatterns(const Json &schema, QHash<QString, QRegularExpression> &patterns)
{
    if (schema.is_array() || schema.is_object()) {
        for (const Json &one : schema)
            collectPatterns(one, patterns);
    }
    const auto pattern = json::stringAt(schema, "pattern");
    if (!pattern || patterns.contains(*pattern))
        return;
    QRegularExpression made(ecmaPattern(*pattern), QRegularExpression::DontCaptureOption);
    if (!made.isValid())
        throw std::invalid_argument("broken pattern " + pattern->toStdString());
    patterns.insert(*pattern, std::move(made));
}

/// "dateRange must be a text that fits: 7d for seven days …": what the schema says of itself.
QString misfit(const QString &path, const Json &schema)
{
    QString words = u"%1 does not have the form that is needed."_s.arg(path);
    if (const auto description = json::stringAt(schema, "description"))
        words += u" It is: "_s + *description;
    const Json *examples = json::find(schema, "examples");
    if (examples && !examples->empty())
        words += u" For example: "_s + QString::fromUtf8(json::print(examples->front()));
    return words;
}

/// The first text in the value that does not match its pattern, in words.
std::optional<QString> patternProblem(const Json &schema, const Json &value, const QString &path,
                                      const QHash<QString, QRegularExpression> &patterns)
{
    if (value.is_string()) {
        const auto pattern = json::stringAt(schema, "pattern");
        if (pattern && !patterns.value(*pattern).match(json::toQString(value)).hasMatch())
            return misfit(path, schema);
    }
    if (const Json *alternatives = json::find(schema, "anyOf")) {
        std::optional<QString> first;
        for (const Json &one : *alternatives) {
            if (!takesKindOf(one, value))
                continue;
            const auto problem = patternProblem(one, value, path, patterns);
            if (!problem)
                return {};
            first = first ? first : problem;
        }
        if (first)
            return first;
    }
    if (const Json *items = json::find(schema, "items"); items && value.is_array()) {
        for (std::size_t i = 0; i < value.size(); ++i) {
            const QString step = path + u'[' + QString::number(i) + u']';
            if (auto problem = patternProblem(*items, value[i], step, patterns))
                return problem;
        }
    }
    const Json *properties = json::find(schema, "properties");
    if (!properties || !value.is_object())
        return {};
    for (const auto &[name, member] : value.items()) {
        const Json *property = json::find(*properties, name.c_str());
        const QString step = (path.isEmpty() ? path : path + u'.') + QString::fromStdString(name);
        if (!property)
            continue;
        if (auto problem = patternProblem(*property, member, step, patterns))
            return problem;
    }
    return {};
}

/// The member that a "Missing required property 'x'." is about.
std::string missingMember(const std::string &description)
{
    static const std::string prefix = "Missing required property '";
    if (description.compare(0, prefix.size(), prefix) != 0)
        return {};
    return description.substr(prefix.size(), description.rfind('\'') - prefix.size());
}

QString explain(const Json &schema, const valijson::ValidationResults::Error &error)
{
    std::vector<std::string> context = error.context;
    const std::string missing = missingMember(error.description);
    if (!missing.empty())
        context.push_back('[' + missing + ']');

    const QString path = pathOf(context);
    const Json *at = schemaAt(schema, context);
    const QString expected = at ? expectationOf(*at) : QString();
    if (path.isEmpty())
        return u"The arguments must be an object."_s;
    if (expected.isEmpty())
        return u"%1: %2"_s.arg(path, QString::fromStdString(error.description));
    return missing.empty() ? u"%1 must be %2."_s.arg(path, expected)
                           : u"%1 is missing; it must be %2."_s.arg(path, expected);
}

/// Summaries that the validator adds on its way up; the cause comes before them.
bool isSummary(const std::string &description)
{
    return description.rfind("Failed to validate", 0) == 0;
}

} // namespace

SchemaCheck::SchemaCheck(std::shared_ptr<const Compiled> compiled)
    : m_compiled(std::move(compiled))
{
}

Result<SchemaCheck> SchemaCheck::compile(const Json &schema)
{
    try {
        const auto compiled = std::make_shared<Compiled>();
        compiled->source = schema;
        valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
        const Json checked = withoutPatterns(schema); // valijson copies what it needs
        parser.populateSchema(Adapter(checked), compiled->schema);
        collectPatterns(schema, compiled->patterns);
        return SchemaCheck(compiled);
    } catch (const std::exception &exception) {
        return fail({Error::Kind::Internal,
                     u"A schema is broken."_s,
                     {},
                     QString::fromUtf8(exception.what())});
    }
}

const Json &SchemaCheck::schema() const
{
    return m_compiled->source;
}

std::optional<QString> SchemaCheck::problem(const Json &value) const
{
    try {
        valijson::Validator validator;
        const Adapter adapter(value);
        if (validator.validate(m_compiled->schema, adapter, nullptr))
            return m_compiled->patterns.isEmpty()
                       ? std::nullopt
                       : patternProblem(m_compiled->source, value, {}, m_compiled->patterns);
        // Only a failure pays for collecting the reasons.
        valijson::ValidationResults results;
        validator.validate(m_compiled->schema, adapter, &results);
        const auto cause = std::find_if(results.begin(), results.end(), [](const auto &error) {
            return !isSummary(error.description);
        });
        if (cause != results.end())
            return explain(m_compiled->source, *cause);
        if (results.numErrors() > 0)
            return explain(m_compiled->source, *results.begin());
        return u"The arguments do not fit the input schema."_s;
    } catch (const std::exception &exception) {
        return u"The arguments cannot be checked: %1."_s.arg(QString::fromUtf8(exception.what()));
    }
}

void readMeaning(const Json &schema, Json &value)
{
    readText(schema, value);
    readChoice(schema, value);
    if (const Json *items = json::find(schema, "items"); items && value.is_array()) {
        for (Json &item : value)
            readMeaning(*items, item);
    }
    const Json *properties = json::find(schema, "properties");
    if (!properties || !value.is_object())
        return;
    for (const auto &[name, property] : properties->items()) {
        const auto member = value.find(name);
        if (member == value.end())
            continue;
        readMeaning(property, *member);
        if (isUnset(property, *member) && !isRequired(schema, name))
            value.erase(member);
    }
}

void fillDefaults(const Json &schema, Json &value)
{
    if (const Json *items = json::find(schema, "items"); items && value.is_array()) {
        for (Json &item : value)
            fillDefaults(*items, item);
    }
    const Json *properties = json::find(schema, "properties");
    if (!properties || !value.is_object())
        return;
    for (const auto &[name, property] : properties->items()) {
        if (const auto present = value.find(name); present != value.end())
            fillDefaults(property, *present);
        else if (const Json *fallback = json::find(property, "default"))
            value[name] = *fallback;
    }
}

} // namespace flaredeck::tools
