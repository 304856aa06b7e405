#include "core/oauth/grants/accesstoken.h"

#include "core/base/crypto.h"
#include "core/provider/facts.h"

#include <algorithm>
#include <array>

namespace flaredeck::oauth::accesstoken {

namespace {

const QByteArray kPrefix = QByteArrayLiteral("cfl_at_");
constexpr qsizetype kRandomLength = 43; ///< 256 bits in base64url
constexpr qsizetype kChecksumLength = 6;

constexpr std::array<quint32, 256> crcTable()
{
    std::array<quint32, 256> table{};
    for (quint32 byte = 0; byte < 256; ++byte) {
        quint32 remainder = byte;
        for (int bit = 0; bit < 8; ++bit)
            remainder = (remainder >> 1) ^ ((remainder & 1) != 0 ? 0xedb88320U : 0U);
        table.at(byte) = remainder;
    }
    return table;
}

quint32 crc32(const QByteArray &bytes)
{
    static constexpr auto kTable = crcTable();
    quint32 crc = ~0U;
    for (const char byte : bytes)
        crc = kTable.at((crc ^ static_cast<unsigned char>(byte)) & 0xffU) ^ (crc >> 8);
    return ~crc;
}

QByteArray checksum(const QByteArray &text)
{
    static constexpr QByteArrayView kDigits =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    quint32 rest = crc32(text);
    QByteArray digits(kChecksumLength, '0');
    for (qsizetype i = kChecksumLength - 1; i >= 0; --i) {
        digits[i] = kDigits.at(qsizetype(rest % 62));
        rest /= 62;
    }
    return digits;
}

} // namespace

QByteArray create()
{
    return withChecksum(kPrefix + crypto::randomToken());
}

QByteArray withChecksum(const QByteArray &text)
{
    return text + checksum(text);
}

Kind kindOf(const QByteArray &token)
{
    const auto &foreign = provider::facts().credentialPrefixes;
    if (std::any_of(foreign.begin(), foreign.end(),
                    [&token](const QByteArray &prefix) { return token.startsWith(prefix); }))
        return Kind::Provider;
    if (!token.startsWith(kPrefix))
        return Kind::Impossible;
    const qsizetype length = token.size() - kPrefix.size();
    return length == kRandomLength + kChecksumLength &&
                   withChecksum(token.chopped(kChecksumLength)) == token
               ? Kind::Possible
               : Kind::Impossible;
}

} // namespace flaredeck::oauth::accesstoken
