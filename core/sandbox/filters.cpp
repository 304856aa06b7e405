#include "core/sandbox/filters.h"

#include "core/sandbox/eventfields.h"

#include <QHash>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace flaredeck::sandbox::filters {

namespace {

enum class Operation { Eq, Gt, Gte, Lt, Lte, Includes, StartsWith, EndsWith, Regex, In, Exists };

struct NamedOperation {
    Operation operation;
    bool negated = false;
};

const NamedOperation *findOperation(const QString &name)
{
    static const QHash<QString, NamedOperation> all{
        {u"eq"_s, {Operation::Eq}},
        {u"="_s, {Operation::Eq}},
        {u"neq"_s, {Operation::Eq, true}},
        {u"!="_s, {Operation::Eq, true}},
        {u"gt"_s, {Operation::Gt}},
        {u">"_s, {Operation::Gt}},
        {u"gte"_s, {Operation::Gte}},
        {u">="_s, {Operation::Gte}},
        {u"lt"_s, {Operation::Lt}},
        {u"<"_s, {Operation::Lt}},
        {u"lte"_s, {Operation::Lte}},
        {u"<="_s, {Operation::Lte}},
        {u"includes"_s, {Operation::Includes}},
        {u"not_includes"_s, {Operation::Includes, true}},
        {u"does_not_include"_s, {Operation::Includes, true}},
        {u"starts_with"_s, {Operation::StartsWith}},
        {u"ends_with"_s, {Operation::EndsWith}},
        {u"regex"_s, {Operation::Regex}},
        {u"match_regex"_s, {Operation::Regex}},
        {u"in"_s, {Operation::In}},
        {u"not_in"_s, {Operation::In, true}},
        {u"exists"_s, {Operation::Exists}},
        {u"is_null"_s, {Operation::Exists, true}},
        {u"does_not_exist"_s, {Operation::Exists, true}},
    };
    const auto found = all.constFind(name.toLower());
    return found == all.constEnd() ? nullptr : &*found;
}

auto invalid(const QString &message)
{
    return fail(Error::Kind::InvalidInput, message);
}

/// The filter's value as the SQL value of its type.
Result<QVariant> typed(const Json &value, ValueType type, const QString &key)
{
    const QString text =
        value.is_string() ? json::toQString(value) : QString::fromStdString(value.dump());
    switch (type) {
    case ValueType::String:
        return QVariant(text);
    case ValueType::Number: {
        bool ok = false;
        const double number = text.trimmed().toDouble(&ok);
        if (!ok)
            return invalid(u"The filter on %1 needs a number"_s.arg(key));
        return QVariant(number);
    }
    case ValueType::Boolean:
        if (text != "true"_L1 && text != "false"_L1)
            return invalid(u"The filter on %1 needs true or false"_s.arg(key));
        return QVariant(text == "true"_L1 ? 1 : 0);
    }
    return invalid(u"The filter on %1 has an unknown type"_s.arg(key));
}

/// SQLite orders every text above every number, so a comparison must first know the stored type.
QString guardOf(ValueType type)
{
    switch (type) {
    case ValueType::String:
        return u"json_type(fields, ?) = 'text'"_s;
    case ValueType::Number:
        return u"json_type(fields, ?) IN ('integer', 'real')"_s;
    case ValueType::Boolean:
        return u"json_type(fields, ?) IN ('true', 'false')"_s;
    }
    return u"0"_s;
}

Condition compared(const QString &path, ValueType type, const QString &test,
                   const QVariantList &values)
{
    return {u"coalesce(%1 AND json_extract(fields, ?) %2, 0)"_s.arg(guardOf(type), test),
            QVariantList{path, path} + values};
}

Result<Condition> member(const QString &path, ValueType type, const Json &value, const QString &key)
{
    QVariantList values;
    QStringList marks;
    for (const QString &part : json::toQString(value).split(u',', Qt::SkipEmptyParts)) {
        const Result<QVariant> one = typed(Json(part.trimmed()), type, key);
        if (!one)
            return fail(one.error());
        values << *one;
        marks << u"?"_s;
    }
    return compared(path, type, u"IN (%1)"_s.arg(marks.join(u", "_s)), values);
}

Result<QString> checkedPattern(const QString &pattern)
{
    const QRegularExpression expression(pattern);
    if (!expression.isValid())
        return invalid(u"Invalid regular expression: %1"_s.arg(expression.errorString()));
    return pattern;
}

/// Text operations see numbers as text too.
Condition textual(const QString &path, const QString &test, const QVariantList &values)
{
    return {u"coalesce(%1, 0)"_s.arg(test.arg(u"CAST(json_extract(fields, ?) AS TEXT)"_s)),
            QVariantList{path} + values};
}

Result<Condition> positive(Operation operation, const QString &key, ValueType type,
                           const Json &value)
{
    const QString path = pathOf(key);
    if (path.isEmpty())
        return Condition{u"0"_s, {}};
    if (operation == Operation::Exists)
        return Condition{u"json_type(fields, ?) IS NOT NULL"_s, {path}};
    if (!value.is_primitive() || value.is_null())
        return invalid(u"The filter on %1 needs a value"_s.arg(key));
    if (operation == Operation::In)
        return member(path, type, value.is_string() ? value : Json(value.dump()), key);

    const Result<QVariant> operand = typed(value, type, key);
    if (!operand)
        return fail(operand.error());
    const QString text = operand->toString();
    switch (operation) {
    case Operation::Eq:
        return compared(path, type, u"= ?"_s, {*operand});
    case Operation::Gt:
        return compared(path, type, u"> ?"_s, {*operand});
    case Operation::Gte:
        return compared(path, type, u">= ?"_s, {*operand});
    case Operation::Lt:
        return compared(path, type, u"< ?"_s, {*operand});
    case Operation::Lte:
        return compared(path, type, u"<= ?"_s, {*operand});
    case Operation::Includes:
        return textual(path, u"instr(%1, ?) > 0"_s, {text});
    case Operation::StartsWith:
        return textual(path, u"substr(%1, 1, length(?)) = ?"_s, {text, text});
    case Operation::EndsWith:
        if (text.isEmpty())
            return Condition{u"json_type(fields, ?) IS NOT NULL"_s, {path}};
        return textual(path, u"substr(%1, -length(?)) = ?"_s, {text, text});
    case Operation::Regex: {
        const Result<QString> pattern = checkedPattern(text);
        if (!pattern)
            return fail(pattern.error());
        return textual(path, u"%1 REGEXP ?"_s, {*pattern});
    }
    case Operation::In:
    case Operation::Exists:
        break;
    }
    return invalid(u"The filter on %1 has an unknown operation"_s.arg(key));
}

ValueType typeOf(const Json &filter)
{
    if (const auto named = valueTypeNamed(json::stringAt(filter, "type").value_or(QString())))
        return *named;
    const Json *value = json::find(filter, "value");
    if (value && value->is_number())
        return ValueType::Number;
    if (value && value->is_boolean())
        return ValueType::Boolean;
    return ValueType::String;
}

Result<Condition> leaf(const Json &filter)
{
    const auto key = json::stringAt(filter, "key");
    const auto name = json::stringAt(filter, "operation");
    if (!key || key->isEmpty() || !name)
        return invalid(u"A filter needs key and operation"_s);
    const NamedOperation *operation = findOperation(*name);
    if (!operation)
        return invalid(u"Unknown filter operation %1"_s.arg(*name));
    const Json *value = json::find(filter, "value");
    Result<Condition> condition =
        positive(operation->operation, canonicalKey(*key), typeOf(filter), value ? *value : Json());
    if (condition && operation->negated)
        condition->sql = u"NOT (%1)"_s.arg(condition->sql);
    return condition;
}

Result<Condition> group(const Json &owner, int depth)
{
    const Json *list = json::find(owner, "filters");
    if (!list || list->is_null() || list->empty())
        return Condition::always();
    if (!list->is_array())
        return invalid(u"filters must be an array"_s);
    if (depth > kMaxDepth)
        return invalid(u"Filter groups may be nested %1 deep"_s.arg(kMaxDepth));
    const QString combination =
        json::stringAt(owner, "filterCombination").value_or(u"and"_s).toLower();
    if (combination != "and"_L1 && combination != "or"_L1)
        return invalid(u"filterCombination must be and or or"_s);

    QStringList parts;
    QVariantList values;
    for (const Json &filter : *list) {
        const bool isGroup = json::stringAt(filter, "kind") == u"group"_s;
        const Result<Condition> condition = isGroup ? group(filter, depth + 1) : leaf(filter);
        if (!condition)
            return condition;
        parts << condition->sql;
        values << condition->values;
    }
    return Condition{u"(%1)"_s.arg(parts.join(combination == "or"_L1 ? u" OR "_s : u" AND "_s)),
                     values};
}

} // namespace

QString pathOf(const QString &key)
{
    // The key is quoted in the path and SQLite knows no escape there.
    if (key.isEmpty() || key.contains(u'"') || key.contains(u'\\'))
        return {};
    return u"$.\"%1\""_s.arg(key);
}

Result<Condition> parse(const Json &parameters)
{
    return group(parameters, 1);
}

Result<Condition> needleIn(const QString &expression, const Json &needle)
{
    const Json *value = json::find(needle, "value");
    if (!value || !value->is_primitive() || value->is_null())
        return invalid(u"A needle needs a value"_s);
    const QString text =
        value->is_string() ? json::toQString(*value) : QString::fromStdString(value->dump());
    const bool matchCase = json::boolAt(needle, "matchCase").value_or(false);
    if (json::boolAt(needle, "isRegex").value_or(false)) {
        const Result<QString> pattern = checkedPattern(matchCase ? text : u"(?i)"_s + text);
        if (!pattern)
            return fail(pattern.error());
        return Condition{u"%1 REGEXP ?"_s.arg(expression), {*pattern}};
    }
    if (matchCase)
        return Condition{u"instr(%1, ?) > 0"_s.arg(expression), {text}};
    return Condition{u"instr(lower(%1), lower(?)) > 0"_s.arg(expression), {text}};
}

Result<Condition> needle(const Json *needle)
{
    if (!needle || needle->is_null())
        return Condition::always();
    Result<Condition> test = needleIn(u"CAST(value AS TEXT)"_s, *needle);
    if (test)
        test->sql = u"EXISTS (SELECT 1 FROM json_each(fields) WHERE %1)"_s.arg(test->sql);
    return test;
}

Condition both(const Condition &a, const Condition &b)
{
    return {u"(%1) AND (%2)"_s.arg(a.sql, b.sql), a.values + b.values};
}

} // namespace flaredeck::sandbox::filters
