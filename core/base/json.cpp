#include "core/base/json.h"

#include <limits>
#include <string_view>

namespace flaredeck::json {

namespace {

/// Whether the brackets outside of strings open more than kMaxDepth levels. Up to the first error
/// of a malformed document this is what the parser sees, and it reads no further than that.
bool isTooDeep(const QByteArray &bytes)
{
    // Nearly every document has so few brackets that they cannot be nested too deep.
    int openings = 0;
    for (const char c : bytes)
        openings += c == '{' || c == '[';
    if (openings <= kMaxDepth)
        return false;

    int depth = 0;
    bool inString = false;
    for (qsizetype i = 0; i < bytes.size(); ++i) {
        const char c = bytes[i];
        if (inString) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                inString = false;
        } else if (c == '"') {
            inString = true;
        } else if (c == '{' || c == '[') {
            if (++depth > kMaxDepth)
                return true;
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return false;
}

} // namespace

Result<Json> parse(const QByteArray &bytes)
{
    if (isTooDeep(bytes))
        return fail(Error::Kind::InvalidInput,
                    QStringLiteral("The JSON is nested deeper than %1 levels.").arg(kMaxDepth));
    // The parser takes a NUL for the end and would not look at what follows.
    if (const qsizetype nul = bytes.indexOf('\0'); nul >= 0)
        return fail(Error::Kind::InvalidInput,
                    QStringLiteral("The JSON is malformed at byte %1.").arg(nul + 1));
    try {
        return Json::parse(bytes.constData(), bytes.constData() + bytes.size());
    } catch (const Json::parse_error &error) {
        return fail(Error::Kind::InvalidInput,
                    QStringLiteral("The JSON is malformed at byte %1.").arg(error.byte));
    } catch (const Json::exception &) {
        return fail(Error::Kind::InvalidInput,
                    QStringLiteral("The JSON holds a number out of range."));
    }
}

QByteArray print(const Json &value)
{
    const std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
    return {text.data(), static_cast<qsizetype>(text.size())};
}

const Json *find(const Json &object, const char *key)
{
    if (!object.is_object())
        return nullptr;
    // A view, or the key's length would be counted at each comparison.
    const auto member = object.find(std::string_view(key));
    return member == object.end() ? nullptr : &*member;
}

std::optional<QString> stringAt(const Json &object, const char *key)
{
    const Json *member = find(object, key);
    return member && member->is_string() ? std::optional(toQString(*member)) : std::nullopt;
}

std::optional<qint64> integerAt(const Json &object, const char *key)
{
    const Json *member = find(object, key);
    if (!member || !member->is_number_integer())
        return std::nullopt;
    constexpr auto kMost = static_cast<quint64>(std::numeric_limits<qint64>::max());
    if (member->is_number_unsigned() && member->get<quint64>() > kMost)
        return std::nullopt;
    return member->get<qint64>();
}

std::optional<bool> boolAt(const Json &object, const char *key)
{
    const Json *member = find(object, key);
    return member && member->is_boolean() ? std::optional(member->get<bool>()) : std::nullopt;
}

QStringList stringsAt(const Json &object, const char *key)
{
    QStringList strings;
    if (const Json *member = find(object, key); member && member->is_array()) {
        for (const Json &entry : *member) {
            if (entry.is_string())
                strings << toQString(entry);
        }
    }
    return strings;
}

} // namespace flaredeck::json
