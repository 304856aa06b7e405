#pragma once

#include "core/base/result.h"
#include "core/base/secret.h"

#include <QByteArray>

/// Thin wrappers over libsodium, the only place (with secret.cpp) that includes it.
/// Every function may be called from any thread.
namespace flaredeck::crypto {

[[nodiscard]] QByteArray randomBytes(int count);
/// 256 random bits as 43 base64url characters (RFC 4648 §5, no padding).
[[nodiscard]] QByteArray randomToken();
/// 128 random bits as 32 hexadecimal characters.
[[nodiscard]] QString randomId();

[[nodiscard]] QByteArray sha256(const QByteArray &bytes); ///< 32 bytes
[[nodiscard]] QByteArray hmacSha256(const QByteArray &key, const QByteArray &bytes);
[[nodiscard]] bool equalInConstantTime(const QByteArray &a, const QByteArray &b);

[[nodiscard]] QByteArray toBase64Url(const QByteArray &bytes);
/// Empty when the text is not unpadded base64url.
[[nodiscard]] QByteArray fromBase64Url(const QByteArray &text);

/// Code challenge of a PKCE verifier, method S256 (RFC 7636 §4.2).
[[nodiscard]] QByteArray pkceChallenge(const QByteArray &verifier);

constexpr int kKeyBytes = 32;
/// XChaCha20-Poly1305: random nonce, then ciphertext. `context` is authenticated but not stored:
/// opening with another context fails, so a sealed value cannot be moved to another row or column.
[[nodiscard]] QByteArray seal(const Secret &key, const QByteArray &plain,
                              const QByteArray &context);
/// Fails with Storage when the key, the context or a byte is wrong.
[[nodiscard]] Result<QByteArray> open(const Secret &key, const QByteArray &sealed,
                                      const QByteArray &context);
/// A sub-key for one purpose.
[[nodiscard]] Secret deriveKey(const Secret &key, const QByteArray &purpose);

} // namespace flaredeck::crypto
