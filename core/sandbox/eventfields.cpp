#include "core/sandbox/eventfields.h"

using namespace Qt::StringLiterals;

namespace flaredeck::sandbox {

namespace {

void flattenInto(Json &fields, const std::string &path, const Json &value)
{
    if (value.is_object()) {
        const std::string prefix = path.empty() ? path : path + '.';
        for (const auto &[key, member] : value.items())
            flattenInto(fields, prefix + key, member);
    } else if (value.is_primitive() && !value.is_null()) {
        fields[path] = value;
    }
}

} // namespace

std::optional<ValueType> valueTypeNamed(const QString &name)
{
    if (name == "string"_L1)
        return ValueType::String;
    if (name == "number"_L1)
        return ValueType::Number;
    if (name == "boolean"_L1)
        return ValueType::Boolean;
    return {};
}

const char *nameOf(ValueType type)
{
    switch (type) {
    case ValueType::String:
        return "string";
    case ValueType::Number:
        return "number";
    case ValueType::Boolean:
        return "boolean";
    }
    return "string";
}

Json flatten(const Json &event)
{
    Json fields = Json::object();
    for (const auto &[key, value] : event.items()) {
        if (key != "source")
            flattenInto(fields, key, value);
        else if (value.is_object())
            flattenInto(fields, {}, value);
        else
            fields["message"] = value;
    }
    return fields;
}

QString canonicalKey(const QString &key)
{
    const auto prefix = "source."_L1;
    return key.startsWith(prefix) ? key.mid(prefix.size()) : key;
}

} // namespace flaredeck::sandbox
