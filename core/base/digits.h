#pragma once

#include <QByteArrayView>

#include <limits>
#include <optional>

namespace flaredeck {

/// The number that `text` spells with digits alone, up to `most`. The parsers of Qt and C also take
/// signs, spaces and "0x", so that two readers of a message could understand two numbers.
[[nodiscard]] constexpr std::optional<qint64>
digits(QByteArrayView text, qint64 most = std::numeric_limits<qint64>::max(), int base = 10)
{
    if (text.isEmpty())
        return std::nullopt;
    qint64 number = 0;
    for (const char c : text) {
        const char lower = static_cast<char>(c | 0x20);
        const int digit = c >= '0' && c <= '9'           ? c - '0'
                          : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10
                                                         : base;
        if (digit >= base || digit > most || number > (most - digit) / base)
            return std::nullopt;
        number = number * base + digit;
    }
    return number;
}

} // namespace flaredeck
