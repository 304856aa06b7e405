#pragma once

#include <QByteArrayView>
#include <QStringView>

#include <limits>
#include <optional>
#include <type_traits>

namespace flaredeck {

namespace detail {

template <typename View>
std::optional<quint64> parseDigits(View text)
{
    if (text.isEmpty())
        return std::nullopt;
    quint64 number = 0;
    for (const auto character : text) {
        char32_t unit = 0;
        if constexpr (std::is_same_v<View, QStringView>)
            unit = character.unicode();
        else
            unit = static_cast<unsigned char>(character);
        if (unit < U'0' || unit > U'9')
            return std::nullopt;
        const auto digit = static_cast<quint64>(unit - U'0');
        if (number > (std::numeric_limits<quint64>::max() - digit) / 10)
            return std::nullopt;
        number = number * 10 + digit;
    }
    return number;
}

} // namespace detail

/// Parses a number from input: only the digits 0-9. Qt's own toInt() also accepts a sign, blanks
/// and the locale's forms. Nothing when the number does not fit.
[[nodiscard]] inline std::optional<quint64> parseDigits(QByteArrayView text)
{
    return detail::parseDigits(text);
}
[[nodiscard]] inline std::optional<quint64> parseDigits(QStringView text)
{
    return detail::parseDigits(text);
}

/// The same, but only in the form that printing produces: without leading zeros.
template <typename View>
[[nodiscard]] std::optional<quint64> parseCanonical(View text)
{
    return text.size() > 1 && parseDigits(text.first(1)) == quint64(0) ? std::nullopt
                                                                       : parseDigits(text);
}

} // namespace flaredeck
