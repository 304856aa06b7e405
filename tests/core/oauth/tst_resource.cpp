#include "core/oauth/resource.h"

#include <QTest>

using namespace flaredeck::oauth;
using namespace Qt::Literals::StringLiterals;

class TestResource : public QObject
{
    Q_OBJECT

private slots:
    void canonical_data();
    void canonical();
    void endpoint_data();
    void endpoint();
    void subset();
};

void TestResource::canonical_data()
{
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("expected"); // empty = not ours

    QTest::newRow("the endpoint") << u"http://localhost:8788/mcp"_s << u"/mcp"_s;
    QTest::newRow("one trailing slash") << u"http://localhost:8788/mcp/"_s << u"/mcp"_s;
    QTest::newRow("the other endpoint") << u"http://127.0.0.1:8788/sse"_s << u"/sse"_s;
    QTest::newRow("the origin is both") << u"http://[::1]:8788"_s << u"/"_s;
    QTest::newRow("older SDKs add a slash to the origin") << u"http://localhost:8788/"_s << u"/"_s;
    QTest::newRow("scheme and host have no case") << u"HTTP://LocalHost:8788/mcp"_s << u"/mcp"_s;
    QTest::newRow("another port") << u"http://localhost:8789/mcp"_s << QString();
    QTest::newRow("no port") << u"http://localhost/mcp"_s << QString();
    QTest::newRow("another host") << u"http://evil.example:8788/mcp"_s << QString();
    QTest::newRow("https") << u"https://localhost:8788/mcp"_s << QString();
    QTest::newRow("not absolute") << u"/mcp"_s << QString();
    QTest::newRow("a fragment") << u"http://localhost:8788/mcp#x"_s << QString();
    QTest::newRow("a query") << u"http://localhost:8788/mcp?x"_s << QString();
    QTest::newRow("the path has a case") << u"http://localhost:8788/MCP"_s << QString();
    QTest::newRow("another path") << u"http://localhost:8788/mcp-x"_s << QString();
    QTest::newRow("two slashes") << u"http://localhost:8788/mcp//"_s << QString();
    QTest::newRow("empty") << QString() << QString();
}

void TestResource::canonical()
{
    QFETCH(QString, value);
    QFETCH(QString, expected);
    QCOMPARE(resource::canonical(value, 8788).value_or(QString()), expected);
}

void TestResource::endpoint_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<int>("expected");

    QTest::newRow("the endpoint") << QByteArray("/mcp") << int(resource::Mcp);
    QTest::newRow("below it") << QByteArray("/mcp/x") << int(resource::Mcp);
    QTest::newRow("a longer name is another path")
        << QByteArray("/mcp-x") << int(resource::Nothing);
    QTest::newRow("messages belong to the stream")
        << QByteArray("/sse/message") << int(resource::Sse);
    QTest::newRow("anything else") << QByteArray("/token") << int(resource::Nothing);
}

void TestResource::endpoint()
{
    QFETCH(QByteArray, path);
    QFETCH(int, expected);
    QCOMPARE(int(resource::endpointOf(path)), expected);
}

void TestResource::subset()
{
    QVERIFY(resource::isSubset({}, {u"/mcp"_s}));
    QVERIFY(resource::isSubset({u"/mcp"_s}, {u"/"_s}));
    QVERIFY(resource::isSubset({u"/"_s}, {u"/mcp"_s, u"/sse"_s}));
    QVERIFY(!resource::isSubset({u"/"_s}, {u"/mcp"_s}));
    QVERIFY(!resource::isSubset({u"/sse"_s}, {u"/mcp"_s}));
}

QTEST_APPLESS_MAIN(TestResource)
#include "tst_resource.moc"
