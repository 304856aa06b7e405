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
    QTest::newRow("a toolset") << u"http://localhost:8788/observability/mcp"_s
                               << u"/observability/mcp"_s;
    QTest::newRow("a toolset over SSE, with a slash")
        << u"http://localhost:8788/observability/sse/"_s << u"/observability/sse"_s;
    QTest::newRow("no such toolset") << u"http://localhost:8788/nothing/mcp"_s << QString();
    QTest::newRow("a toolset without its endpoint")
        << u"http://localhost:8788/observability"_s << QString();
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
    QTest::addColumn<QString>("expected"); // empty = none

    QTest::newRow("the endpoint") << QByteArray("/mcp") << u"/mcp"_s;
    QTest::newRow("below it") << QByteArray("/mcp/x") << u"/mcp"_s;
    QTest::newRow("a longer name is another path") << QByteArray("/mcp-x") << QString();
    QTest::newRow("messages belong to the stream") << QByteArray("/sse/message") << u"/sse"_s;
    QTest::newRow("those of a toolset to its own")
        << QByteArray("/observability/sse/message") << u"/observability/sse"_s;
    QTest::newRow("no such toolset") << QByteArray("/nothing/mcp") << QString();
    QTest::newRow("anything else") << QByteArray("/token") << QString();
}

void TestResource::endpoint()
{
    QFETCH(QByteArray, path);
    QFETCH(QString, expected);
    QCOMPARE(QString::fromLatin1(resource::endpointPathOf(path).value_or(QByteArray())), expected);
    QCOMPARE(resource::endpointOf(path),
             resource::coverOf(expected.isEmpty() ? QStringList() : QStringList{expected}));
    QCOMPARE(resource::endpointOf(path) != 0, !expected.isEmpty());
}

void TestResource::subset()
{
    QVERIFY(resource::isSubset({}, {u"/mcp"_s}));
    QVERIFY(resource::isSubset({u"/mcp"_s}, {u"/"_s}));
    QVERIFY(resource::isSubset({u"/observability/sse"_s}, {u"/"_s}));
    QVERIFY(!resource::isSubset({u"/"_s}, {u"/mcp"_s, u"/sse"_s}));
    QVERIFY(!resource::isSubset({u"/observability/mcp"_s}, {u"/mcp"_s}));
    QVERIFY(!resource::isSubset({u"/"_s}, {u"/mcp"_s}));
    QVERIFY(!resource::isSubset({u"/sse"_s}, {u"/mcp"_s}));
}

QTEST_APPLESS_MAIN(TestResource)
#include "tst_resource.moc"
