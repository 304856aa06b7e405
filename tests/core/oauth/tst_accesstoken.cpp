#include "core/oauth/grants/accesstoken.h"
#include "tests/support/testcase.h"

#include <QRegularExpression>
#include <QTest>

namespace tst_accesstoken {

using namespace flaredeck::oauth;
using accesstoken::Kind;
using namespace Qt::Literals::StringLiterals;

class TestAccessToken : public QObject
{
    Q_OBJECT

private slots:
    void aScannerKnowsThem();
    void theChecksumIsThatOfOthers_data();
    void theChecksumIsThatOfOthers();
    void oneWrongCharacterShows();
    void kinds_data();
    void kinds();
};

void TestAccessToken::aScannerKnowsThem()
{
    const QRegularExpression scanner(u"^cfl_at_[A-Za-z0-9_-]{43}[0-9A-Za-z]{6}$"_s);
    QSet<QByteArray> seen;
    for (int i = 0; i < 200; ++i) {
        const QByteArray token = accesstoken::create();
        QVERIFY2(scanner.match(QString::fromLatin1(token)).hasMatch(), token);
        QCOMPARE(accesstoken::kindOf(token), Kind::Possible);
        seen.insert(token);
    }
    QCOMPARE(seen.size(), 200);
}

void TestAccessToken::theChecksumIsThatOfOthers_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("digits");
    // Of zlib.crc32 in Python, which is what a scanner would use.
    QTest::newRow("the check value") << QByteArray("123456789") << QByteArray("3jZRME");
    QTest::newRow("nothing") << QByteArray("") << QByteArray("000000");
    QTest::newRow("a token") << "cfl_at_" + QByteArray(43, 'A') << QByteArray("15SqOE");
}

void TestAccessToken::theChecksumIsThatOfOthers()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, digits);
    QCOMPARE(accesstoken::withChecksum(text), text + digits);
}

void TestAccessToken::oneWrongCharacterShows()
{
    const QByteArray token = accesstoken::create();
    for (qsizetype i = 0; i < token.size(); ++i) {
        QByteArray mistyped = token;
        mistyped[i] = mistyped.at(i) == 'x' ? 'y' : 'x';
        QCOMPARE(accesstoken::kindOf(mistyped), Kind::Impossible);
    }
}

void TestAccessToken::kinds_data()
{
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<Kind>("kind");
    const QByteArray random(43, 'r');
    QTest::newRow("empty") << QByteArray() << Kind::Impossible;
    QTest::newRow("the prefix alone") << QByteArray("cfl_at_") << Kind::Impossible;
    QTest::newRow("of another kind") << "cfl_rt_" + random << Kind::Impossible;
    QTest::newRow("without a prefix") << random << Kind::Impossible;
    QTest::newRow("no checksum") << "cfl_at_" + random << Kind::Impossible;
    QTest::newRow("cut") << accesstoken::create().chopped(1) << Kind::Impossible;
    QTest::newRow("longer") << accesstoken::create() + '0' << Kind::Impossible;
    QTest::newRow("a user's API token") << QByteArray("cfut_x") << Kind::Provider;
    QTest::newRow("an account's API token") << QByteArray("cfat_x") << Kind::Provider;
    QTest::newRow("an access token of Cloudflare") << QByteArray("cfoat_x") << Kind::Provider;
}

void TestAccessToken::kinds()
{
    QFETCH(QByteArray, token);
    QFETCH(Kind, kind);
    QCOMPARE(accesstoken::kindOf(token), kind);
}

FLAREDECK_TEST(TestAccessToken)

} // namespace tst_accesstoken

#include "tst_accesstoken.moc"
