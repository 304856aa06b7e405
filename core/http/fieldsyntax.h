#pragma once

#include <QByteArrayView>

#include <algorithm>
#include <string_view>

/// What may stand in a field line (RFC 9110 §5).
namespace flaredeck::http {

/// As names compare, and the values that are words of the protocol.
[[nodiscard]] inline bool isSameWord(QByteArrayView a, QByteArrayView b)
{
    return a.size() == b.size() && a.compare(b, Qt::CaseInsensitive) == 0;
}

[[nodiscard]] constexpr bool isTokenChar(char c)
{
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-')
        return true;
    return c != '\0' && std::string_view("!#$%&'*+.^_`|~").find(c) != std::string_view::npos;
}

[[nodiscard]] inline bool isToken(QByteArrayView text)
{
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), isTokenChar);
}

/// RFC 9110 §5.5: visible characters, space, tab and obs-text; no other control character.
[[nodiscard]] inline bool isFieldValue(QByteArrayView text)
{
    return std::none_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\t') || byte == 0x7f;
    });
}

} // namespace flaredeck::http
