#include "core/remote/challenge.h"
#include "tests/support/testcase.h"

namespace tst_challenge {

using namespace flaredeck::remote;
using namespace Qt::StringLiterals;

/// What servers write into WWW-Authenticate.
class TestChallenge : public QObject
{
    Q_OBJECT

private slots:
    void readsWhatServersSend_data();
    void readsWhatServersSend();
};

void TestChallenge::readsWhatServersSend_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QString>("metadata");
    QTest::addColumn<QString>("error");
    QTest::addColumn<QStringList>("scopes");
    const QString metadata = u"https://a.example/.well-known/oauth-protected-resource/mcp"_s;
    QTest::newRow("plain") << QByteArray("Bearer") << QString() << QString() << QStringList();
    QTest::newRow("metadata") << QByteArray("Bearer realm=\"OAuth\", resource_metadata=\"" +
                                            metadata.toLatin1() + '"')
                              << metadata << QString() << QStringList();
    QTest::newRow("step-up") << QByteArray("bearer error=\"insufficient_scope\",scope=\"a b  c\" , "
                                           "resource_metadata=\"" +
                                           metadata.toLatin1() + '"')
                             << metadata << u"insufficient_scope"_s
                             << QStringList{u"a"_s, u"b"_s, u"c"_s};
    QTest::newRow("after another scheme")
        << QByteArray("Basic realm=\"x, Bearer scope=\\\"no\\\"\", Bearer error=\"invalid_token\"")
        << QString() << u"invalid_token"_s << QStringList();
    QTest::newRow("before another scheme")
        << QByteArray("Bearer error=\"invalid_token\", Digest error=\"other\", scope=\"x\"")
        << QString() << u"invalid_token"_s << QStringList();
    QTest::newRow("no end") << QByteArray("Bearer scope=\"a b") << QString() << QString()
                            << QStringList{u"a"_s, u"b"_s};
    QTest::newRow("rubbish") << QByteArray("\"\\ ,=;;\x01 =") << QString() << QString()
                             << QStringList();
}

void TestChallenge::readsWhatServersSend()
{
    QFETCH(QByteArray, header);
    QFETCH(QString, metadata);
    QFETCH(QString, error);
    QFETCH(QStringList, scopes);
    const Challenge read = Challenge::parse(header);
    QCOMPARE(read.resourceMetadata, QUrl(metadata));
    QCOMPARE(read.error, error);
    QCOMPARE(read.scopes, scopes);
}

FLAREDECK_TEST(TestChallenge)

} // namespace tst_challenge

#include "tst_challenge.moc"
