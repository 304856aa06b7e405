#include "core/oauth/endpoints/resource.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_resource {

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
    void theDefaultPortMayBeLeftOut();
    void subset();
    void aBroaderValueIsNarrowed_data();
    void aBroaderValueIsNarrowed();
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
    QTest::newRow("a fragment behind a query") << u"http://localhost:8788/mcp?x#y"_s << QString();
    QTest::newRow("a fragment of the origin") << u"http://localhost:8788#x"_s << QString();
    QTest::newRow("a query") << u"http://localhost:8788/mcp?x=y"_s << u"/mcp"_s;
    QTest::newRow("an empty query") << u"http://localhost:8788/mcp?"_s << u"/mcp"_s;
    QTest::newRow("a slash and a query") << u"http://127.0.0.1:8788/sse/?x=y"_s << u"/sse"_s;
    QTest::newRow("a query that looks like a path")
        << u"http://localhost:8788/mcp?/sse"_s << u"/mcp"_s;
    QTest::newRow("a query of a toolset")
        << u"http://[::1]:8788/observability/mcp?x=y&z"_s << u"/observability/mcp"_s;
    QTest::newRow("a query of the origin") << u"http://localhost:8788?x=y"_s << u"/"_s;
    QTest::newRow("a query that holds the address")
        << u"http://evil.example/?http://localhost:8788/mcp"_s << QString();
    QTest::newRow("a query in the authority")
        << u"http://evil.example?@localhost:8788/mcp"_s << QString();
    QTest::newRow("a name before the host") << u"http://me@localhost:8788/mcp"_s << QString();
    QTest::newRow("a letter in another spelling")
        << u"http://localhost:8788/%6Dcp"_s << QString(); // no request is answered there either
    QTest::newRow("a slash in another spelling") << u"http://localhost:8788/mcp%2F"_s << QString();
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
    QCOMPARE(resource::endpointOf(path).any(), !expected.isEmpty());
}

void TestResource::theDefaultPortMayBeLeftOut()
{
    QCOMPARE(resource::canonical(u"http://localhost/mcp?x=y"_s, 80), u"/mcp"_s);
    QCOMPARE(resource::canonical(u"http://LOCALHOST:80/mcp"_s, 80), u"/mcp"_s);
    QCOMPARE(resource::canonical(u"http://127.0.0.1?x"_s, 80), u"/"_s);
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

void TestResource::aBroaderValueIsNarrowed_data()
{
    QTest::addColumn<QStringList>("wanted");
    QTest::addColumn<QStringList>("granted");
    QTest::addColumn<QStringList>("expected"); // empty = refused
    const auto row = [](const char *name, const QStringList &wanted, const QStringList &granted,
                        const QStringList &expected) {
        QTest::newRow(name) << wanted << granted << expected;
    };
    const QString mcp = u"/mcp"_s;
    const QString sse = u"/sse"_s;
    const QString all = u"/"_s;
    row("nothing named", {}, {mcp}, {mcp});
    row("the same", {mcp}, {mcp}, {mcp});
    row("less than the origin", {mcp}, {all}, {mcp});
    row("less than two", {sse}, {mcp, sse}, {sse});
    row("the origin of an endpoint", {all}, {mcp}, {mcp});
    row("the origin of a toolset", {all}, {u"/observability/sse"_s}, {u"/observability/sse"_s});
    row("one more", {mcp, sse}, {mcp}, {mcp});
    row("the endpoint beside the origin", {mcp, all}, {mcp}, {mcp});
    row("another endpoint", {sse}, {mcp}, {});
    row("the endpoint of a toolset", {u"/observability/mcp"_s}, {mcp}, {});
    row("one of them and another", {mcp, u"/observability/mcp"_s}, {mcp, sse}, {});
}

void TestResource::aBroaderValueIsNarrowed()
{
    QFETCH(QStringList, wanted);
    QFETCH(QStringList, granted);
    QFETCH(QStringList, expected);
    QCOMPARE(resource::narrowed(wanted, granted).value_or(QStringList()), expected);
}

FLAREDECK_TEST(TestResource)

} // namespace tst_resource

#include "tst_resource.moc"
