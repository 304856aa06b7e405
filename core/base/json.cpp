#include "core/base/json.h"

#include <simdjson.h>

#include <array>
#include <cstring>
#include <limits>
#include <string_view>

namespace flaredeck::json {

namespace {

/// Whether brackets outside strings nest deeper than kMaxDepth. For a malformed document this
/// counts as the parser does up to the first error, where the parser stops.
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

/// No protocol message needs more. The parser keeps a buffer as large as its largest document.
constexpr qsizetype kFastBytes = 16LL * 1024;

Json toJson(simdjson::dom::element element)
{
    using Type = simdjson::dom::element_type;
    switch (element.type()) {
    case Type::OBJECT: {
        Json object = Json::object();
        auto &members = object.get_ref<Json::object_t &>();
        for (const auto [key, value] : simdjson::dom::object(element))
            members.insert_or_assign(std::string(key), toJson(value));
        return object;
    }
    case Type::ARRAY: {
        Json array = Json::array();
        for (const auto value : simdjson::dom::array(element))
            array.push_back(toJson(value));
        return array;
    }
    case Type::STRING:
        return std::string_view(element);
    case Type::INT64: {
        const std::int64_t number = element;
        return number < 0 ? Json(number) : Json(static_cast<std::uint64_t>(number));
    }
    case Type::UINT64:
        return std::uint64_t(element);
    case Type::DOUBLE:
        return double(element);
    case Type::BOOL:
        return bool(element);
    case Type::NULL_VALUE:
        break;
    }
    return nullptr;
}

/// Parses small documents several times as fast. Returns nothing for any error: the other parser
/// then reports it, or accepts what this one rejects (numbers of any size).
std::optional<Json> parseFast(const QByteArray &bytes)
{
    if (bytes.isEmpty() || bytes.size() > kFastBytes)
        return std::nullopt;
    // simdjson reads a little past the end.
    thread_local std::array<char, kFastBytes + simdjson::SIMDJSON_PADDING> padded;
    thread_local simdjson::dom::parser parser;
    std::memcpy(padded.data(), bytes.constData(), static_cast<std::size_t>(bytes.size()));
    std::memset(padded.data() + bytes.size(), 0, simdjson::SIMDJSON_PADDING);
    simdjson::dom::element root;
    if (parser.parse(padded.data(), static_cast<std::size_t>(bytes.size()), false).get(root) !=
        simdjson::SUCCESS)
        return std::nullopt;
    return toJson(root);
}

/// The UTF-16 unit of the escape at `at`; 0 when there is none.
uint escapedUnit(const QByteArray &text, qsizetype at)
{
    return text.size() - at >= 6 && text[at] == '\\' && text[at + 1] == 'u'
               ? text.mid(at + 2, 4).toUInt(nullptr, 16)
               : 0;
}

/// The document with U+FFFD for each escape that is half of a surrogate pair; empty when there is
/// no such escape. JavaScript strings may contain halves, and JSON.stringify() writes them as
/// escapes (ECMA-262 §25.5.2), which no UTF-8 parser accepts.
QByteArray withoutHalfPairs(const QByteArray &text)
{
    QByteArray mended;
    for (qsizetype i = text.indexOf('\\'); i >= 0;) {
        const uint first = escapedUnit(text, i);
        const uint second = escapedUnit(text, i + 6);
        qsizetype length = 2;
        if (first >= 0xd800 && first < 0xdc00 && second >= 0xdc00 && second <= 0xdfff) {
            length = 12;
        } else if (first >= 0xd800 && first <= 0xdfff) {
            if (mended.isEmpty())
                mended = text;
            std::memcpy(mended.data() + i + 2, "fffd", 4);
        }
        i = text.indexOf('\\', i + length);
    }
    return mended;
}

/// Escapes U+2028, U+2029 and U+0085. JSON allows them in strings, but event stream readers that
/// split lines by Unicode's rules would cut a message there.
QByteArray withoutOddLineEnds(const std::string &text)
{
    const auto all = QByteArrayView(text.data(), static_cast<qsizetype>(text.size()));
    QByteArray escaped;
    qsizetype taken = 0;
    const auto escape = [&](qsizetype at, qsizetype length, const char *name) {
        escaped.append(all.sliced(taken, at - taken)).append(name);
        taken = at + length;
    };
    for (qsizetype i = 0; i < all.size(); ++i) {
        if (all[i] == '\xc2' && all[i + 1] == '\x85')
            escape(i, 2, "\\u0085");
        else if (all[i] == '\xe2' && all[i + 1] == '\x80' && all[i + 2] == '\xa8')
            escape(i, 3, "\\u2028");
        else if (all[i] == '\xe2' && all[i + 1] == '\x80' && all[i + 2] == '\xa9')
            escape(i, 3, "\\u2029");
    }
    return escaped.append(all.sliced(taken));
}

Result<Json> parseWhole(const QByteArray &bytes)
{
    if (std::optional<Json> document = parseFast(bytes))
        return *std::move(document);
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

} // namespace

Result<Json> parse(const QByteArray &bytes)
{
    if (isTooDeep(bytes))
        return fail(Error::Kind::InvalidInput,
                    QStringLiteral("The JSON is nested deeper than %1 levels.").arg(kMaxDepth));
    // The parser takes a NUL for the end and would ignore what follows.
    if (const qsizetype nul = bytes.indexOf('\0'); nul >= 0)
        return fail(Error::Kind::InvalidInput,
                    QStringLiteral("The JSON is malformed at byte %1.").arg(nul + 1));
    Result<Json> document = parseWhole(bytes);
    if (document)
        return document;
    const QByteArray mended = withoutHalfPairs(bytes);
    return mended.isEmpty() ? document : parseWhole(mended);
}

QByteArray print(const Json &value)
{
    const std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (std::memchr(text.data(), '\xe2', text.size()) ||
        std::memchr(text.data(), '\xc2', text.size()))
        return withoutOddLineEnds(text);
    return {text.data(), static_cast<qsizetype>(text.size())};
}

const Json *find(const Json &object, const char *key)
{
    if (!object.is_object())
        return nullptr;
    // A string_view, because a char * would be measured at each comparison.
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
