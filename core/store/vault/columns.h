#pragma once

#include "core/store/values.h"

#include <QVariant>

#include <type_traits>

namespace flaredeck {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(AccountRef, id, name)

namespace store {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(UpstreamRequest, method, path, status, elapsedMs, rayId)

template <typename T>
constexpr bool isNumber = std::is_integral_v<T> || std::is_enum_v<T>;
template <typename T>
constexpr bool isId = false;
template <typename Tag>
constexpr bool isId<Id<Tag>> = true;

/// How a member of a row is stored in its column. Types that SQL lacks are stored as JSON text; no
/// column is NULL.
template <typename T>
[[nodiscard]] constexpr const char *columnType()
{
    return isNumber<T> ? "INTEGER" : std::is_same_v<T, QByteArray> ? "BLOB" : "TEXT";
}

template <typename T>
[[nodiscard]] QVariant toColumn(const T &value)
{
    if constexpr (isNumber<T>)
        return static_cast<qint64>(value);
    else if constexpr (isId<T>)
        return toColumn(value.value);
    else if constexpr (std::is_same_v<T, QString>)
        return value.isNull() ? QStringLiteral("") : value;
    else if constexpr (std::is_same_v<T, QByteArray>)
        return value.isNull() ? QByteArray("") : value;
    else
        return QString::fromUtf8(json::print(value));
}

template <typename T>
void fromColumn(const QVariant &stored, T &value)
{
    if constexpr (isNumber<T>) {
        value = static_cast<T>(stored.toLongLong());
    } else if constexpr (isId<T>) {
        fromColumn(stored, value.value);
    } else if constexpr (std::is_same_v<T, QString>) {
        value = stored.toString();
    } else if constexpr (std::is_same_v<T, QByteArray>) {
        value = stored.toByteArray();
    } else if (const Result<Json> read = json::parse(stored.toString().toUtf8())) {
        try {
            value = read->get<T>();
        } catch (const Json::exception &) {
            value = T(); // another program wrote that
        }
    }
}

} // namespace store
} // namespace flaredeck
