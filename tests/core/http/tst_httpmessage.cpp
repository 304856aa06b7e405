#include "core/http/httpmessage.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_httpmessage {

using namespace flaredeck::http;
using namespace Qt::StringLiterals;

class TestHttpMessage : public QObject
{
    Q_OBJECT

private slots:
    void headerNamesCompareWithoutCase();
    void setReplacesEveryLineOfThatName();
    void formDecodes_data();
    void formDecodes();
    void formTellsRepeatedNames();
    void formTellsAbsentFromEmpty();
    void componentsAreEncoded_data();
    void componentsAreEncoded();
    void errorsAreJsonThatIsNotCached();
};

void TestHttpMessage::headerNamesCompareWithoutCase()
{
    const Headers headers{{"content-type", " text/plain "}, {"X-A", "1"}, {"x-a", "2"}};
    QCOMPARE(headers.value("Content-Type"), "text/plain");
    QCOMPARE(headers.value("X-A"), "1");
    QCOMPARE(headers.count("X-A"), 2);
    QVERIFY(headers.contains("CONTENT-TYPE"));
    QVERIFY(!headers.contains("Content"));
    QVERIFY(headers.value("Absent").isEmpty());
}

void TestHttpMessage::setReplacesEveryLineOfThatName()
{
    Headers headers{{"X-A", "1"}, {"Other", "o"}, {"x-a", "2"}};
    headers.set("X-a", "3");
    QCOMPARE(headers.count("X-A"), 1);
    QCOMPARE(headers.value("X-A"), "3");
    QCOMPARE(headers.value("Other"), "o");
}

void TestHttpMessage::formDecodes_data()
{
    QTest::addColumn<QByteArray>("encoded");
    QTest::addColumn<QString>("a");
    QTest::newRow("a plain value") << QByteArray("a=b") << u"b"_s;
    QTest::newRow("plus is a space") << QByteArray("a=b+c") << u"b c"_s;
    QTest::newRow("an encoded plus is a plus") << QByteArray("a=b%2Bc") << u"b+c"_s;
    QTest::newRow("decoded once only") << QByteArray("a=%2541") << u"%41"_s;
    QTest::newRow("UTF-8") << QByteArray("a=%C3%BC") << u"ü"_s;
    QTest::newRow("an equals sign may stand in a value") << QByteArray("a=b=c") << u"b=c"_s;
    QTest::newRow("the name may be encoded") << QByteArray("%61=b") << u"b"_s;
    QTest::newRow("empty fields are skipped") << QByteArray("&&x=1&a=b&") << u"b"_s;
    QTest::newRow("the first of several counts") << QByteArray("a=1&a=2") << u"1"_s;
    QTest::newRow("a broken escape stays as it is") << QByteArray("a=%") << u"%"_s;
}

void TestHttpMessage::formDecodes()
{
    QFETCH(QByteArray, encoded);
    QFETCH(QString, a);
    QCOMPARE(Form::parse(encoded).value("a"), std::optional(a));
}

void TestHttpMessage::formTellsRepeatedNames()
{
    const Form form = Form::parse("a=1&b=2&a=3&c=4&b=5&a=6");
    QCOMPARE(form.repeated(), QList<QByteArray>({"a", "b"}));
    QCOMPARE(form.values("a"), QStringList({u"1"_s, u"3"_s, u"6"_s}));
}

void TestHttpMessage::formTellsAbsentFromEmpty()
{
    const Form form = Form::parse("empty=&bare");
    QCOMPARE(form.value("empty"), std::optional(QString()));
    QCOMPARE(form.value("bare"), std::optional(QString()));
    QCOMPARE(form.value("absent"), std::nullopt);
    QVERIFY(!form.contains("absent"));
}

void TestHttpMessage::componentsAreEncoded_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QByteArray>("encoded");
    QTest::newRow("unreserved characters stay") << u"aZ09-._~"_s << QByteArray("aZ09-._~");
    QTest::newRow("a space is %20, never plus") << u"a b"_s << QByteArray("a%20b");
    QTest::newRow("what separates is encoded")
        << u":/?#&=+%"_s << QByteArray("%3A%2F%3F%23%26%3D%2B%25");
    QTest::newRow("UTF-8") << u"ü"_s << QByteArray("%C3%BC");
}

void TestHttpMessage::componentsAreEncoded()
{
    QFETCH(QString, text);
    QFETCH(QByteArray, encoded);
    QCOMPARE(encodeComponent(text), encoded);
    QCOMPARE(Form::parse("v=" + encoded).value("v"), std::optional(text));
}

void TestHttpMessage::errorsAreJsonThatIsNotCached()
{
    const Response response = Response::error(400, "invalid_request", "It is \"wrong\".");
    QCOMPARE(response.status, 400);
    QCOMPARE(response.headers.value("Content-Type"), "application/json");
    QCOMPARE(response.headers.value("Cache-Control"), "no-store");
    QCOMPARE(response.body,
             R"({"error":"invalid_request","error_description":"It is \"wrong\"."})");
}

FLAREDECK_TEST(TestHttpMessage)

} // namespace tst_httpmessage

#include "tst_httpmessage.moc"
