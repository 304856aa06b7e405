#include "core/base/json.h"

namespace flaredeck::json {

namespace {

/// Builds the document while counting depth; stops at the first error with its position.
class DepthGuard
{
public:
    bool operator()(int depth, Json::parse_event_t event, Json &) noexcept
    {
        if (event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start)
            tooDeep = tooDeep || depth >= kMaxDepth;
        return !tooDeep; // false discards the value, which keeps what is built shallow
    }
    bool tooDeep = false;
};

} // namespace

Result<Json> parse(const QByteArray &bytes)
{
    // A quick upper bound spares the callback, which doubles the time, for nearly every document.
    int openings = 0;
    for (const char c : bytes)
        openings += c == '{' || c == '[';
    try {
        if (openings <= kMaxDepth)
            return Json::parse(bytes.constData(), bytes.constData() + bytes.size());
        DepthGuard guard;
        auto document = Json::parse(bytes.constData(), bytes.constData() + bytes.size(),
                                    [&guard](int depth, Json::parse_event_t event, Json &value) {
                                        return guard(depth, event, value);
                                    });
        if (guard.tooDeep)
            return fail(Error::Kind::InvalidInput,
                        QStringLiteral("The JSON is nested deeper than %1 levels.").arg(kMaxDepth));
        return document;
    } catch (const Json::parse_error &error) {
        return fail(Error::Kind::InvalidInput,
                    QStringLiteral("The JSON is malformed at byte %1.").arg(error.byte));
    } catch (const Json::exception &) {
        return fail(Error::Kind::InvalidInput, QStringLiteral("The JSON holds a number out of range."));
    }
}

QByteArray print(const Json &value)
{
    const std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
    return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
}

const Json *find(const Json &object, const char *key)
{
    if (!object.is_object())
        return nullptr;
    const auto member = object.find(key);
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
    return member && member->is_number_integer() ? std::optional(member->get<qint64>()) : std::nullopt;
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
