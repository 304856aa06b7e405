#include "core/base/crypto.h"
#include "tests/support/testcase.h"

#include <QSet>
#include <QTest>

namespace tst_crypto {

using namespace Qt::StringLiterals;
using namespace flaredeck;

class TestCrypto : public QObject
{
    Q_OBJECT

private slots:
    void randomValuesHaveTheirLengthAndNeverRepeat();
    void hashesMatchPublishedVectors_data();
    void hashesMatchPublishedVectors();
    void hmacMatchesPublishedVectors_data();
    void hmacMatchesPublishedVectors();
    void pkceChallengeMatchesRfc7636();
    void comparesContentAndLength();
    void base64UrlReadsOnlyWhatItWrites_data();
    void base64UrlReadsOnlyWhatItWrites();
    void sealedBytesOpenWithTheSameKeyAndContext();
    void sealingTwiceGivesDifferentBytes();
    void sealedBytesOpenWithNothingElse_data();
    void sealedBytesOpenWithNothingElse();
    void derivedKeysDifferByPurposeAndKey();
};

void TestCrypto::randomValuesHaveTheirLengthAndNeverRepeat()
{
    QSet<QByteArray> tokens;
    QSet<QString> ids;
    for (int i = 0; i < 1000; ++i) {
        tokens.insert(crypto::randomToken());
        ids.insert(crypto::randomId());
    }
    QCOMPARE(tokens.size(), 1000);
    QCOMPARE(ids.size(), 1000);
    QCOMPARE(tokens.begin()->size(), 43);
    QCOMPARE(ids.begin()->size(), 32);
    QCOMPARE(crypto::fromBase64Url(*tokens.begin()).size(), 32);
    QCOMPARE(crypto::randomBytes(7).size(), 7);
    QVERIFY(crypto::randomBytes(0).isEmpty());
}

void TestCrypto::hashesMatchPublishedVectors_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("hex");
    // FIPS 180-2, appendix B.
    QTest::newRow("nothing")
        << QByteArray()
        << QByteArray("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    QTest::newRow("abc") << QByteArray("abc")
                         << QByteArray(
                                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    QTest::newRow("more than a block")
        << QByteArray("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
        << QByteArray("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

void TestCrypto::hashesMatchPublishedVectors()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, hex);
    QCOMPARE(crypto::sha256(bytes).toHex(), hex);
}

void TestCrypto::hmacMatchesPublishedVectors_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("hex");
    // RFC 4231, test cases 1, 2 and 6.
    QTest::newRow("a short key")
        << QByteArray(20, '\x0b') << QByteArray("Hi There")
        << QByteArray("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    QTest::newRow("a key in words")
        << QByteArray("Jefe") << QByteArray("what do ya want for nothing?")
        << QByteArray("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    QTest::newRow("a key above the block size")
        << QByteArray(131, '\xaa')
        << QByteArray("Test Using Larger Than Block-Size Key - Hash Key First")
        << QByteArray("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

void TestCrypto::hmacMatchesPublishedVectors()
{
    QFETCH(QByteArray, key);
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, hex);
    QCOMPARE(crypto::hmacSha256(key, bytes).toHex(), hex);
}

void TestCrypto::pkceChallengeMatchesRfc7636()
{
    // RFC 7636, appendix B.
    QCOMPARE(crypto::pkceChallenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
             QByteArray("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
}

void TestCrypto::comparesContentAndLength()
{
    QVERIFY(crypto::equalInConstantTime("same", "same"));
    QVERIFY(crypto::equalInConstantTime({}, {}));
    QVERIFY(!crypto::equalInConstantTime("same", "sane"));
    QVERIFY(!crypto::equalInConstantTime("same", "sam"));
    QVERIFY(!crypto::equalInConstantTime("", "s"));
}

void TestCrypto::base64UrlReadsOnlyWhatItWrites_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("one byte") << QByteArray("_w") << QByteArray("\xff");
    QTest::newRow("two bytes") << QByteArray("-_8") << QByteArray("\xfb\xff");
    QTest::newRow("three bytes") << QByteArray("Zm9v") << QByteArray("foo");
    QTest::newRow("padding is refused") << QByteArray("_w==") << QByteArray();
    QTest::newRow("the other alphabet is refused") << QByteArray("+/8") << QByteArray();
    QTest::newRow("a space is refused") << QByteArray("Zm 9v") << QByteArray();
    QTest::newRow("a line end is refused") << QByteArray("Zm9v\n") << QByteArray();
    QTest::newRow("left-over bits are refused") << QByteArray("_x") << QByteArray();
    QTest::newRow("an impossible length is refused") << QByteArray("Zm9vY") << QByteArray();
    QTest::newRow("nothing") << QByteArray() << QByteArray();
}

void TestCrypto::base64UrlReadsOnlyWhatItWrites()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, bytes);
    QCOMPARE(crypto::fromBase64Url(text), bytes);
    if (!bytes.isEmpty())
        QCOMPARE(crypto::toBase64Url(bytes), text);
}

void TestCrypto::sealedBytesOpenWithTheSameKeyAndContext()
{
    const Secret key(crypto::randomBytes(crypto::kKeyBytes));
    for (const QByteArray &plain : {QByteArray(), QByteArray("x"), QByteArray(5000, 'y')}) {
        const QByteArray sealed = crypto::seal(key, plain, "row");
        if (plain.size() > 8)
            QVERIFY(!sealed.contains(plain.left(8)));
        const Result<QByteArray> opened = crypto::open(key, sealed, "row");
        QVERIFY(opened);
        QCOMPARE(*opened, plain);
    }
}

void TestCrypto::sealingTwiceGivesDifferentBytes()
{
    const Secret key(crypto::randomBytes(crypto::kKeyBytes));
    QVERIFY(crypto::seal(key, "same", "row") != crypto::seal(key, "same", "row"));
}

void TestCrypto::sealedBytesOpenWithNothingElse_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QByteArray>("sealed");
    QTest::addColumn<QByteArray>("context");

    const QByteArray key(crypto::kKeyBytes, 'k');
    const QByteArray sealed = crypto::seal(Secret(key), "secret", "row");
    QByteArray changed = sealed;
    changed[changed.size() / 2] = static_cast<char>(changed[changed.size() / 2] ^ 1);
    QTest::newRow("another key") << QByteArray(crypto::kKeyBytes, 'j') << sealed
                                 << QByteArray("row");
    QTest::newRow("no key") << QByteArray() << sealed << QByteArray("row");
    QTest::newRow("a short key") << QByteArray("k") << sealed << QByteArray("row");
    QTest::newRow("another context") << key << sealed << QByteArray("other row");
    QTest::newRow("a changed byte") << key << changed << QByteArray("row");
    QTest::newRow("a missing byte") << key << sealed.chopped(1) << QByteArray("row");
    QTest::newRow("less than nonce and tag") << key << sealed.left(39) << QByteArray("row");
    QTest::newRow("nothing") << key << QByteArray() << QByteArray("row");
}

void TestCrypto::sealedBytesOpenWithNothingElse()
{
    QFETCH(QByteArray, key);
    QFETCH(QByteArray, sealed);
    QFETCH(QByteArray, context);
    const Result<QByteArray> opened = crypto::open(Secret(key), sealed, context);
    QVERIFY(!opened);
    QCOMPARE(opened.error().kind, Error::Kind::Storage);
    QVERIFY(!opened.error().action.isEmpty());
}

void TestCrypto::derivedKeysDifferByPurposeAndKey()
{
    const Secret key(QByteArray(crypto::kKeyBytes, 'k'));
    const Secret other(QByteArray(crypto::kKeyBytes, 'j'));
    const Secret derived = crypto::deriveKey(key, "a");
    QCOMPARE(derived.reveal().size(), crypto::kKeyBytes);
    QCOMPARE(crypto::deriveKey(key, "a").reveal(), derived.reveal());
    QVERIFY(crypto::deriveKey(key, "b").reveal() != derived.reveal());
    QVERIFY(crypto::deriveKey(other, "a").reveal() != derived.reveal());
}

FLAREDECK_TEST(TestCrypto)

} // namespace tst_crypto

#include "tst_crypto.moc"
