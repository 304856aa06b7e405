#include "core/remote/wire.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_wire {

using namespace flaredeck;
using namespace flaredeck::remote;
using namespace Qt::StringLiterals;

class TestWire : public QObject
{
    Q_OBJECT

private slots:
    void headerValues_data();
    void headerValues();
    void aCallIsRepeatedInHeaders();
    void onlyMethodsThatNameSomethingHaveAName();
    void marksThatCannotBeObeyed_data();
    void marksThatCannotBeObeyed();
    void capabilitiesAreThoseOfTheClientBehind();
    void sessionIds_data();
    void sessionIds();
    void challengeParameters_data();
    void challengeParameters();
};

void TestWire::headerValues_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("value");
    QTest::newRow("plain") << QByteArray("a b") << QByteArray("a b");
    QTest::newRow("empty") << QByteArray("") << QByteArray("");
    QTest::newRow("not ASCII") << QByteArray("é") << QByteArray("=?base64?w6k=?=");
    QTest::newRow("blanks around") << QByteArray(" a") << QByteArray("=?base64?IGE=?=");
    QTest::newRow("another header")
        << QByteArray("a\r\nX: b") << QByteArray("=?base64?YQ0KWDogYg==?=");
    QTest::newRow("looks encoded")
        << QByteArray("=?base64?YQ==?=") << QByteArray("=?base64?PT9iYXNlNjQ/WVE9PT89?=");
}

void TestWire::headerValues()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, value);
    QCOMPARE(wire::headerValue(text), value);
}

void TestWire::aCallIsRepeatedInHeaders()
{
    const Json schema = *json::parse(R"({"type":"object","properties":{
        "region":{"type":"string","x-mcp-header":"Region"},
        "count":{"type":"integer","x-mcp-header":"Count"},
        "dry":{"type":"boolean","x-mcp-header":"Dry"},
        "none":{"type":"string","x-mcp-header":"None"},
        "absent":{"type":"string","x-mcp-header":"Absent"},
        "where":{"type":"object","properties":{"zone":{"type":"string","x-mcp-header":"Zone"}}},
        "plain":{"type":"string"}}})");
    const Json params = *json::parse(R"({"name":"tool\r\nX-Evil: 1","arguments":{"region":"é",
        "count":42,"dry":true,"none":null,"where":{"zone":"z"},"plain":"p"}})");
    http::Headers headers;
    wire::appendStandardHeaders(headers, "tools/call", params, schema);
    QCOMPARE(headers.value("Mcp-Method"), "tools/call");
    QCOMPARE(headers.value("Mcp-Name"), "=?base64?dG9vbA0KWC1FdmlsOiAx?=");
    QCOMPARE(headers.value("Mcp-Param-Region"), "=?base64?w6k=?=");
    QCOMPARE(headers.value("Mcp-Param-Count"), "42");
    QCOMPARE(headers.value("Mcp-Param-Dry"), "true");
    QCOMPARE(headers.value("Mcp-Param-Zone"), "z");
    QCOMPARE(headers.lines().size(), 6);
}

void TestWire::onlyMethodsThatNameSomethingHaveAName()
{
    http::Headers headers;
    wire::appendStandardHeaders(headers, "tools/list", {{"name", "x"}, {"cursor", "c"}}, Json());
    QCOMPARE(headers.lines().size(), 1);
    http::Headers reading;
    wire::appendStandardHeaders(reading, "resources/read", {{"uri", "note://1"}}, Json());
    QCOMPARE(reading.value("Mcp-Name"), "note://1");
}

void TestWire::marksThatCannotBeObeyed_data()
{
    QTest::addColumn<QByteArray>("properties");
    QTest::addColumn<bool>("isUsable");
    QTest::newRow("none") << QByteArray(R"({"a":{"type":"string"}})") << true;
    QTest::newRow("text") << QByteArray(R"({"a":{"type":"string","x-mcp-header":"A"}})") << true;
    QTest::newRow("empty") << QByteArray(R"({"a":{"type":"string","x-mcp-header":""}})") << false;
    QTest::newRow("no text") << QByteArray(R"({"a":{"type":"string","x-mcp-header":1}})") << false;
    QTest::newRow("number") << QByteArray(R"({"a":{"type":"number","x-mcp-header":"A"}})") << false;
    QTest::newRow("object") << QByteArray(R"({"a":{"type":"object","x-mcp-header":"A"}})") << false;
    QTest::newRow("no type") << QByteArray(R"({"a":{"x-mcp-header":"A"}})") << false;
    QTest::newRow("another header")
        << QByteArray(R"({"a":{"type":"string","x-mcp-header":"A: 1\r\nB"}})") << false;
    QTest::newRow("not ASCII") << QByteArray(R"({"a":{"type":"string","x-mcp-header":"é"}})")
                               << false;
    QTest::newRow("twice") << QByteArray(R"({"a":{"type":"string","x-mcp-header":"A"},
        "b":{"type":"object","properties":{"c":{"type":"string","x-mcp-header":"a"}}}})")
                           << false;
}

void TestWire::marksThatCannotBeObeyed()
{
    QFETCH(QByteArray, properties);
    QFETCH(bool, isUsable);
    QCOMPARE(wire::hasUsableMarks({{"type", "object"}, {"properties", *json::parse(properties)}}),
             isUsable);
}

void TestWire::capabilitiesAreThoseOfTheClientBehind()
{
    class Forms : public mcp::CallContext
    {
    public:
        bool canAsk(const mcp::InputRequest &request) const override
        {
            return request.method == "roots/list" || request.params.value("mode", "") == "form";
        }
    };
    const Forms context;
    QCOMPARE(json::print(wire::capabilitiesOf(&context)),
             json::print(
                 Json({{"elicitation", {{"form", Json::object()}}}, {"roots", Json::object()}})));
    QCOMPARE(json::print(wire::capabilitiesOf(nullptr)), json::print(Json::object()));
    const Json meta = wire::modernMeta(&context);
    QCOMPARE(meta.size(), std::size_t(3));
    QVERIFY(!json::print(meta).contains("sampling"));
}

void TestWire::sessionIds_data()
{
    QTest::addColumn<QByteArray>("id");
    QTest::addColumn<bool>("isOne");
    QTest::newRow("a UUID") << QByteArray("7d0c-4f") << true;
    QTest::newRow("empty") << QByteArray() << false;
    QTest::newRow("with a blank") << QByteArray("a b") << false;
    QTest::newRow("not ASCII") << QByteArray("\xC3\xA9") << false;
    QTest::newRow("too long") << QByteArray(1025, 'x') << false;
}

void TestWire::sessionIds()
{
    QFETCH(QByteArray, id);
    QFETCH(bool, isOne);
    QCOMPARE(wire::isSessionId(id), isOne);
}

void TestWire::challengeParameters_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QString>("scope");
    QTest::newRow("quoted") << QByteArray(R"(Bearer error="e", scope="a b")") << u"a b"_s;
    QTest::newRow("a token") << QByteArray("Bearer scope=a, error=e") << u"a"_s;
    QTest::newRow("escaped") << QByteArray(R"(Bearer scope="a\"b")") << u"a\"b"_s;
    QTest::newRow("in another's name") << QByteArray("Bearer myscope=x") << QString();
    QTest::newRow("without an end") << QByteArray(R"(Bearer scope="a)") << u"a"_s;
    QTest::newRow("absent") << QByteArray("Bearer") << QString();
}

void TestWire::challengeParameters()
{
    QFETCH(QByteArray, header);
    QFETCH(QString, scope);
    QCOMPARE(wire::challengeParameter(header, "scope"), scope);
}

FLAREDECK_TEST(TestWire)

} // namespace tst_wire

#include "tst_wire.moc"
