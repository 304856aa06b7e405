#include "core/base/crypto.h"

#include <sodium.h>

namespace flaredeck::crypto {

namespace {

const unsigned char *bytesOf(const QByteArray &array)
{
    return reinterpret_cast<const unsigned char *>(array.constData());
}

unsigned char *bytesOf(QByteArray &array)
{
    return reinterpret_cast<unsigned char *>(array.data());
}

unsigned long long lengthOf(const QByteArray &array)
{
    return static_cast<unsigned long long>(array.size());
}

void ensureInitialised()
{
    // Returns 1 when it was called before. Random numbers would not be safe after a failure, so the
    // program ends.
    static const bool ready = sodium_init() >= 0;
    if (!ready)
        qFatal("libsodium cannot be initialised: the system offers no source of random numbers");
}

constexpr auto kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr auto kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(kKeyBytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

} // namespace

QByteArray randomBytes(int count)
{
    ensureInitialised();
    QByteArray bytes(count, Qt::Uninitialized);
    randombytes_buf(bytes.data(), static_cast<size_t>(count));
    return bytes;
}

QByteArray randomToken()
{
    return toBase64Url(randomBytes(32));
}

QString randomId()
{
    return QString::fromLatin1(randomBytes(16).toHex());
}

QByteArray sha256(const QByteArray &bytes)
{
    QByteArray hash(crypto_hash_sha256_BYTES, Qt::Uninitialized);
    crypto_hash_sha256(bytesOf(hash), bytesOf(bytes), lengthOf(bytes));
    return hash;
}

QByteArray hmacSha256(const QByteArray &key, const QByteArray &bytes)
{
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, bytesOf(key), static_cast<size_t>(key.size()));
    crypto_auth_hmacsha256_update(&state, bytesOf(bytes), lengthOf(bytes));
    QByteArray mac(crypto_auth_hmacsha256_BYTES, Qt::Uninitialized);
    crypto_auth_hmacsha256_final(&state, bytesOf(mac));
    return mac;
}

bool equalInConstantTime(const QByteArray &a, const QByteArray &b)
{
    return a.size() == b.size() &&
           sodium_memcmp(a.constData(), b.constData(), static_cast<size_t>(a.size())) == 0;
}

QByteArray toBase64Url(const QByteArray &bytes)
{
    return bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

QByteArray fromBase64Url(const QByteArray &text)
{
    const auto decoded = QByteArray::fromBase64Encoding(
        text, QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals |
                  QByteArray::AbortOnBase64DecodingErrors);
    // Qt also accepts padding and left-over bits, so that several texts would decode to the same
    // bytes.
    return decoded && toBase64Url(*decoded) == text ? *decoded : QByteArray();
}

QByteArray pkceChallenge(const QByteArray &verifier)
{
    return toBase64Url(sha256(verifier));
}

QByteArray seal(const Secret &key, const QByteArray &plain, const QByteArray &context)
{
    if (key.reveal().size() != kKeyBytes)
        qFatal("A secret was to be sealed without a key");
    QByteArray sealed = randomBytes(kNonceBytes);
    sealed.resize(static_cast<qsizetype>(kNonceBytes) + plain.size() +
                  static_cast<qsizetype>(kTagBytes));
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        bytesOf(sealed) + kNonceBytes, nullptr, bytesOf(plain), lengthOf(plain), bytesOf(context),
        lengthOf(context), nullptr, bytesOf(sealed), bytesOf(key.reveal()));
    return sealed;
}

Result<QByteArray> open(const Secret &key, const QByteArray &sealed, const QByteArray &context)
{
    constexpr auto kOverhead = qsizetype{kNonceBytes} + qsizetype{kTagBytes};
    if (key.reveal().size() == kKeyBytes && sealed.size() >= kOverhead) {
        QByteArray plain(sealed.size() - kOverhead, Qt::Uninitialized);
        if (crypto_aead_xchacha20poly1305_ietf_decrypt(
                bytesOf(plain), nullptr, nullptr, bytesOf(sealed) + kNonceBytes,
                lengthOf(sealed) - kNonceBytes, bytesOf(context), lengthOf(context),
                bytesOf(sealed), bytesOf(key.reveal())) == 0)
            return plain;
    }
    return fail(Error::Kind::Storage,
                QStringLiteral("A stored secret cannot be decrypted with the key at hand."),
                QStringLiteral("Sign in to Cloudflare again."));
}

Secret deriveKey(const Secret &key, const QByteArray &purpose)
{
    return Secret(hmacSha256(key.reveal(), purpose));
}

} // namespace flaredeck::crypto
