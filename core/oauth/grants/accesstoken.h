#pragma once

#include <QByteArray>

/// The text of access tokens: "cfl_at_", 256 random bits, and a checksum over both. Pure.
namespace flaredeck::oauth::accesstoken {

[[nodiscard]] QByteArray create();

/// `text` with its checksum behind it: six base62 digits of the CRC-32 of ISO 3309, as zlib's.
[[nodiscard]] QByteArray withChecksum(const QByteArray &text);

/// What can be said of a presented token before anything is looked up.
enum class Kind {
    Possible,   ///< may be one of ours
    Impossible, ///< we have never issued it
    Provider    ///< a credential of the provider's API, which is no business of a client
};
[[nodiscard]] Kind kindOf(const QByteArray &token);

} // namespace flaredeck::oauth::accesstoken
