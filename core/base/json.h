#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <nlohmann/json.hpp>

#include <optional>

/// The core's JSON type. Input is parsed once, where it arrives; `QJson*` is used only where Qt's
/// API needs it.
namespace flaredeck {

using Json = nlohmann::json;

namespace json {

/// Deeper documents are refused, so that no later recursion can exhaust the stack.
constexpr int kMaxDepth = 64;

/// InvalidInput with the position when the bytes are not one JSON document in UTF-8. An escape that
/// is half of a surrogate pair is read as U+FFFD.
[[nodiscard]] Result<Json> parse(const QByteArray &bytes);
/// Compact, on one line for every reader: U+2028, U+2029 and U+0085 are escaped. Lone surrogates
/// and broken UTF-8 become U+FFFD.
[[nodiscard]] QByteArray print(const Json &value);

[[nodiscard]] inline std::string fromQString(const QString &text)
{
    return text.toStdString();
}
[[nodiscard]] inline QString toQString(const Json &value)
{
    return value.is_string() ? QString::fromStdString(value.get_ref<const std::string &>())
                             : QString();
}

/// The member, or nullptr when `object` is no object or has no such member.
[[nodiscard]] const Json *find(const Json &object, const char *key);
/// Typed members; empty when absent or of another type.
[[nodiscard]] std::optional<QString> stringAt(const Json &object, const char *key);
[[nodiscard]] std::optional<qint64> integerAt(const Json &object, const char *key);
[[nodiscard]] std::optional<bool> boolAt(const Json &object, const char *key);
[[nodiscard]] QStringList stringsAt(const Json &object, const char *key);

} // namespace json
} // namespace flaredeck

/// Makes QString usable wherever nlohmann/json takes a string.
namespace nlohmann {
template <>
struct adl_serializer<QString> {
    static void to_json(json &target, const QString &text) { target = text.toStdString(); }
    static void from_json(const json &source, QString &text)
    {
        text = QString::fromStdString(source.get<std::string>());
    }
};
} // namespace nlohmann
