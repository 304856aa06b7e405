#include "core/provider/clientconfig.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_clientconfig {

using namespace flaredeck;
using namespace Qt::Literals::StringLiterals;

class TestClientConfig : public QObject
{
    Q_OBJECT

private slots:
    void readsTheClient_data();
    void readsTheClient();
    void namesTheLineThatIsWrong_data();
    void namesTheLineThatIsWrong();
    void neverRepeatsAValue();
};

void TestClientConfig::readsTheClient_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("id");
    QTest::addColumn<QByteArray>("secret");
    const QByteArray id = "CLOUDFLARE_CLIENT_ID=abc\n";
    QTest::newRow("an id alone is a public client") << id << u"abc"_s << QByteArray();
    QTest::newRow("a secret makes it confidential") << id + "CLOUDFLARE_CLIENT_SECRET=s3cret\n"
                                                    << u"abc"_s << QByteArray("s3cret");
    QTest::newRow("double quotes are taken off")
        << QByteArray("CLOUDFLARE_CLIENT_ID=\"abc\"") << u"abc"_s << QByteArray();
    QTest::newRow("single quotes are taken off")
        << QByteArray("CLOUDFLARE_CLIENT_ID='abc'") << u"abc"_s << QByteArray();
    QTest::newRow("a hash within quotes is no comment")
        << QByteArray("CLOUDFLARE_CLIENT_ID='a#c' # mine") << u"a#c"_s << QByteArray();
    QTest::newRow("a comment after a bare value is dropped")
        << QByteArray("CLOUDFLARE_CLIENT_ID=abc # mine") << u"abc"_s << QByteArray();
    QTest::newRow("a hash without a space before it belongs to the value")
        << QByteArray("CLOUDFLARE_CLIENT_ID=ab#c") << u"ab#c"_s << QByteArray();
    QTest::newRow("export is allowed")
        << QByteArray("export CLOUDFLARE_CLIENT_ID=abc") << u"abc"_s << QByteArray();
    QTest::newRow("spaces around key and value do not count")
        << QByteArray("  CLOUDFLARE_CLIENT_ID =  abc  ") << u"abc"_s << QByteArray();
    QTest::newRow("comments, blank lines and other keys pass")
        << "# top\n\nOTHER=1\n" + id << u"abc"_s << QByteArray();
    QTest::newRow("Windows line ends and a byte order mark pass")
        << QByteArray("\xEF\xBB\xBF"
                      "CLOUDFLARE_CLIENT_ID=abc\r\nX=1\r\n")
        << u"abc"_s << QByteArray();
    QTest::newRow("the last of two lines wins")
        << id + "CLOUDFLARE_CLIENT_ID=new" << u"new"_s << QByteArray();
    QTest::newRow("an equals sign may be in the value")
        << id + "CLOUDFLARE_CLIENT_SECRET=a=b==" << u"abc"_s << QByteArray("a=b==");
}

void TestClientConfig::readsTheClient()
{
    QFETCH(QByteArray, text);
    const auto config = provider::parseDevVars(text, u".dev.vars"_s);
    QVERIFY2(config, config ? "" : qPrintable(config.error().text()));
    QTEST(config->clientId, "id");
    QTEST(config->clientSecret.reveal(), "secret");
    QCOMPARE(config->source, u".dev.vars"_s);
}

void TestClientConfig::namesTheLineThatIsWrong_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("cause");
    QTest::newRow("a line without an equals sign")
        << QByteArray("A=1\nnonsense") << u"Line 2 of f is not KEY=value."_s;
    QTest::newRow("a key with a space")
        << QByteArray("A B=1") << u"Line 1 of f is not KEY=value."_s;
    QTest::newRow("a quote that stays open")
        << QByteArray("\nA=\"x") << u"Line 2 of f has a quote that is not closed."_s;
    QTest::newRow("text behind a quote")
        << QByteArray("A='x' y") << u"Line 1 of f has text after the closing quote."_s;
    QTest::newRow("no client id") << QByteArray("CLOUDFLARE_CLIENT_SECRET=x")
                                  << u"f does not set CLOUDFLARE_CLIENT_ID."_s;
    QTest::newRow("an empty client id")
        << QByteArray("CLOUDFLARE_CLIENT_ID=") << u"f does not set CLOUDFLARE_CLIENT_ID."_s;
    QTest::newRow("an id with a space")
        << QByteArray("CLOUDFLARE_CLIENT_ID=a b")
        << u"The client ID or secret in f has a space or an unusual "
           "character."_s;
    QTest::newRow("a binary file")
        << QByteArray("A=\0b", 4) << u"f is not a file of KEY=value lines."_s;
}

void TestClientConfig::namesTheLineThatIsWrong()
{
    QFETCH(QByteArray, text);
    const auto config = provider::parseDevVars(text, u"f"_s);
    QVERIFY(!config);
    QCOMPARE(config.error().kind, Error::Kind::InvalidInput);
    QTEST(config.error().message, "cause");
    QVERIFY(!config.error().action.isEmpty());
}

void TestClientConfig::neverRepeatsAValue()
{
    const auto config = provider::parseDevVars("CLOUDFLARE_CLIENT_SECRET=\"hunter2", u"f"_s);
    QVERIFY(!config);
    QVERIFY(!config.error().text().contains("hunter2"_L1));
    QVERIFY(!config.error().detail.contains("hunter2"_L1));
}

FLAREDECK_TEST(TestClientConfig)

} // namespace tst_clientconfig

#include "tst_clientconfig.moc"
