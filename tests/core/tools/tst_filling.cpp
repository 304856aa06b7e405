#include "core/tools/filling.h"

#include "tests/core/provider/comparejson.h"
#include "tests/support/testcase.h"

namespace tst_filling {

using namespace flaredeck;
using namespace flaredeck::tools;
using namespace Qt::Literals::StringLiterals;

class TestFilling : public QObject
{
    Q_OBJECT

private slots:
    void fillsPaths_data();
    void fillsPaths();
    void noValueLeavesItsPlace_data();
    void noValueLeavesItsPlace();
    void theAccountCannotLeaveItsPlaceEither();
    void sourcesReadArguments_data();
    void sourcesReadArguments();
    void textsAreFilledUnchanged();
    void fillsBodies_data();
    void fillsBodies();
};

void TestFilling::fillsPaths_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QByteArray>("arguments");
    QTest::addColumn<QString>("path");
    QTest::newRow("nothing to fill") << u"/zones"_s << QByteArray("{}") << u"/zones"_s;
    QTest::newRow("an account and an id")
        << u"/accounts/{account}/kv/{id}/keys"_s << QByteArray(R"({"id":"k1"})")
        << u"/accounts/a1/kv/k1/keys"_s;
    QTest::newRow("a number") << u"/x/{n}"_s << QByteArray(R"({"n":7})") << u"/x/7"_s;
    QTest::newRow("what means something in an address")
        << u"/x/{id}"_s << QByteArray(R"({"id":"a b?c#d%2f%2e&e=f;g:h@i+j"})")
        << u"/x/a%20b%3Fc%23d%252f%252e%26e%3Df%3Bg%3Ah%40i%2Bj"_s;
    QTest::newRow("letters of others")
        << u"/x/{id}"_s << QByteArray(R"({"id":"größe"})") << u"/x/gr%C3%B6%C3%9Fe"_s;
    QTest::newRow("dots in a name")
        << u"/x/{id}"_s << QByteArray(R"({"id":"...a..b"})") << u"/x/...a..b"_s;
    QTest::newRow("a member of an argument")
        << u"/x/{query/id}"_s << QByteArray(R"({"query":{"id":"q"}})") << u"/x/q"_s;
    QTest::newRow("lower case") << u"/x/{id|lower}"_s << QByteArray(R"({"id":"AbC"})")
                                << u"/x/abc"_s;
    QTest::newRow("upper case") << u"/x/{id|upper}"_s << QByteArray(R"({"id":"AbC"})")
                                << u"/x/ABC"_s;
    QTest::newRow("several segments")
        << u"/radar/{dimension...}"_s << QByteArray(R"({"dimension":"summary/ipVersion"})")
        << u"/radar/summary/ip_version"_s;
    QTest::newRow("humps and capitals")
        << u"/radar/{dimension...}"_s
        << QByteArray(R"({"dimension":"timeseriesGroups/HTTPVersion/OS"})")
        << u"/radar/timeseries_groups/HTTPVersion/OS"_s;
    QTest::newRow("a brace that does not close")
        << u"/x/{id"_s << QByteArray(R"({"id":"a"})") << u"/x/{id"_s;
}

void TestFilling::fillsPaths()
{
    QFETCH(QString, pattern);
    QFETCH(QByteArray, arguments);
    const auto path = filling::path(pattern, *json::parse(arguments), u"a1"_s);
    QVERIFY2(path, path ? "" : qPrintable(path.error().text()));
    QTEST(*path, "path");
}

void TestFilling::noValueLeavesItsPlace_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QByteArray>("arguments");
    const auto row = [](const char *name, const QByteArray &value) {
        QTest::newRow(name) << u"/x/{id}/y"_s << QByteArray(R"({"id":)") + value + '}';
        QTest::addRow("%s, in several segments", name)
            << u"/x/{id...}/y"_s << QByteArray(R"({"id":)") + value + '}';
    };
    row("up", R"("..")");
    row("here", R"(".")");
    row("nothing", R"("")");
    row("null", "null");
    row("a backslash", R"("a\\b")");
    row("a line end", R"("a\nb")");
    row("a NUL", R"("a\u0000b")");
    row("a control character of Latin 1", R"("a\u0085b")");
    row("a delete", R"("a\u007fb")");
    QTest::newRow("no such argument") << u"/x/{id}"_s << QByteArray("{}");
    QTest::newRow("a slash") << u"/x/{id}"_s << QByteArray(R"({"id":"a/b"})");
    QTest::newRow("up and down") << u"/x/{id}"_s << QByteArray(R"({"id":"../elsewhere"})");
    QTest::newRow("up among segments") << u"/x/{id...}"_s << QByteArray(R"({"id":"a/../b"})");
    QTest::newRow("an empty segment") << u"/x/{id...}"_s << QByteArray(R"({"id":"a//b"})");
    QTest::newRow("a slash before all") << u"/x/{id...}"_s << QByteArray(R"({"id":"/etc"})");
    QTest::newRow("a slash behind all") << u"/x/{id...}"_s << QByteArray(R"({"id":"a/"})");
    QTest::newRow("case does not help") << u"/x/{id|lower}"_s << QByteArray(R"({"id":"A/B"})");
}

void TestFilling::noValueLeavesItsPlace()
{
    QFETCH(QString, pattern);
    QFETCH(QByteArray, arguments);
    const auto path = filling::path(pattern, *json::parse(arguments), u"a1"_s);
    QVERIFY2(!path, path ? qPrintable(*path) : "");
    QCOMPARE(path.error().kind, Error::Kind::InvalidInput);
    QVERIFY2(path.error().message.startsWith(u"id "_s), qPrintable(path.error().message));
    QVERIFY2(path.error().message.contains(u"for example"_s), qPrintable(path.error().message));
    QVERIFY(!path.error().action.isEmpty());
}

void TestFilling::theAccountCannotLeaveItsPlaceEither()
{
    for (const QString &account : {u"a/b"_s, u".."_s, QString()})
        QVERIFY(!filling::path(u"/accounts/{account}/x"_s, Json::object(), account));
}

void TestFilling::sourcesReadArguments_data()
{
    QTest::addColumn<QString>("source");
    QTest::addColumn<QByteArray>("value"); // empty = nothing
    QTest::newRow("an argument") << u"a"_s << QByteArray("1");
    QTest::newRow("a member") << u"b/c"_s << QByteArray(R"("Text")");
    QTest::newRow("an item") << u"d/1"_s << QByteArray("3");
    QTest::newRow("lower") << u"b/c|lower"_s << QByteArray(R"("text")");
    QTest::newRow("upper") << u"b/c|upper"_s << QByteArray(R"("TEXT")");
    QTest::newRow("case of a number") << u"a|upper"_s << QByteArray("1");
    QTest::newRow("false is a value") << u"e"_s << QByteArray("false");
    QTest::newRow("null is none") << u"f"_s << QByteArray();
    QTest::newRow("absent") << u"g"_s << QByteArray();
    QTest::newRow("absent member") << u"b/x"_s << QByteArray();
    QTest::newRow("a member of a text") << u"b/c/d"_s << QByteArray();
}

void TestFilling::sourcesReadArguments()
{
    QFETCH(QString, source);
    QFETCH(QByteArray, value);
    const Json arguments = *json::parse(R"({"a":1,"b":{"c":"Text"},"d":[2,3],"e":false,"f":null})");
    const auto read = filling::Source::read(source).valueIn(arguments);
    QCOMPARE(read ? json::print(*read) : QByteArray(), value);
}

void TestFilling::textsAreFilledUnchanged()
{
    const Json arguments = *json::parse(R"({"sql":"DELETE FROM \"a/b\" -- {x}","n":2,"list":[1]})");
    QCOMPARE(
        filling::text(u"Runs in {account}: {sql} ({n}, {list}){gone}."_s, arguments, u"Acme"_s),
        u"Runs in Acme: DELETE FROM \"a/b\" -- {x} (2, [1])."_s);
}

void TestFilling::fillsBodies_data()
{
    QTest::addColumn<QByteArray>("pattern");
    QTest::addColumn<QByteArray>("body"); // empty = nothing
    const auto row = [](const char *name, const char *pattern, const char *body) {
        QTest::newRow(name) << QByteArray(pattern) << QByteArray(body);
    };
    row("arguments keep their types", R"({"a":"{n}","b":"{o}","c":"{list}","d":"{no}"})",
        R"({"a":1,"b":{"p":"q"},"c":[1,2],"d":false})");
    row("what is fixed stays", R"({"a":"x","b":7,"c":null,"d":"{","e":"{}"})",
        R"({"a":"x","b":7,"c":null,"d":"{","e":"{}"})");
    row("what is absent is left out", R"({"a":"{gone}","b":"{null}","c":"{n}"})", R"({"c":1})");
    row("an object of nothing goes too", R"({"a":{"b":{"c":"{gone}"}},"d":"{n}"})", R"({"d":1})");
    row("an object that was empty stays", R"({"a":{}})", R"({"a":{}})");
    row("items", R"([{"key":"{n}"},"{gone}",{"key":"{gone}"},"x"])", R"([{"key":1},"x"])");
    row("a list stays, though nothing is left of it", R"({"a":["{gone}"]})", R"({"a":[]})");
    row("a part of a text is no place", R"({"a":"n is {n}"})", R"({"a":"n is {n}"})");
    row("all of it", R"("{o}")", R"({"p":"q"})");
    row("nothing at all", R"({"a":"{gone}"})", "");
}

void TestFilling::fillsBodies()
{
    QFETCH(QByteArray, pattern);
    QFETCH(QByteArray, body);
    const Json arguments =
        *json::parse(R"({"n":1,"o":{"p":"q"},"list":[1,2],"no":false,"null":null})");
    const auto filled = filling::body(*json::parse(pattern), arguments);
    QCOMPARE(filled ? json::print(*filled) : QByteArray(), body);
}

FLAREDECK_TEST(TestFilling)

} // namespace tst_filling

#include "tst_filling.moc"
