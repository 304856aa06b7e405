#include "core/mcp/errorcodes.h"
#include "core/mcp/transports/standardheaders.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_standardheaders {

using namespace flaredeck;
using namespace flaredeck::mcp;

class TestStandardHeaders : public QObject
{
    Q_OBJECT

private slots:
    void decodes_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<bool>("isValid");
        QTest::addColumn<QByteArray>("text");
        const auto row = [](const char *name, const QByteArray &value, const QByteArray &text) {
            QTest::newRow(name) << value << true << text;
        };
        row("plain", "us-west1", "us-west1");
        row("white space around it", "  us-west1\t", "us-west1");
        row("Base64", "=?base64?SMOpbGxv?=", "H\xc3\xa9llo");
        row("nothing encoded",
            "=?base64?"
            "?=",
            "");
        row("Base64 of a NUL", "=?base64?YQBi?=", QByteArray("a\0b", 3));
        row("only the start is text", "=?base64?SGVsbG8=", "=?base64?SGVsbG8=");
        row("only the end is text", "SGVsbG8=?=", "SGVsbG8=?=");
        row("the markers are lower case", "=?BASE64?SGVsbG8=?=", "=?BASE64?SGVsbG8=?=");
        QTest::newRow("no padding") << QByteArray("=?base64?SGVsbG8?=") << false << QByteArray();
        QTest::newRow("foreign letters")
            << QByteArray("=?base64?SGVs!!!bG8=?=") << false << QByteArray();
        QTest::newRow("no UTF-8") << QByteArray("=?base64?/w==?=") << false << QByteArray();
    }

    void decodes()
    {
        QFETCH(const QByteArray, value);
        QFETCH(const bool, isValid);
        QFETCH(const QByteArray, text);
        const auto decoded = standardheaders::decode(value);
        QCOMPARE(decoded.has_value(), isValid);
        if (decoded)
            QCOMPARE(*decoded, text);
    }

    void argumentsHaveHeaders_data()
    {
        QTest::addColumn<QByteArray>("header"); // Mcp-Param-X
        QTest::addColumn<QByteArray>("arguments");
        QTest::addColumn<bool>("isFine");
        const auto row = [](const char *name, const QByteArray &header, const QByteArray &arguments,
                            bool isFine) { QTest::newRow(name) << header << arguments << isFine; };
        row("the same text", "a", R"({"x":"a"})", true);
        row("letters matter", "A", R"({"x":"a"})", false);
        row("encoded text", "=?base64?w6k=?=", R"({"x":"\u00e9"})", true);
        row("text up to a NUL", "a", R"({"x":"a\u0000b"})", false);
        row("text with a NUL", "=?base64?YQBi?=", R"({"x":"a\u0000b"})", true);
        row("bad encoding", "=?base64?w6k?=", R"({"x":"\u00e9"})", false);
        row("a true boolean", "true", R"({"x":true})", true);
        row("another boolean", "false", R"({"x":true})", false);
        row("an integer", "42", R"({"x":42})", true);
        row("an integer with a sign", "+42", R"({"x":42})", true);
        row("the largest integer", "18446744073709551615", R"({"x":18446744073709551615})", true);
        row("a negative integer", "-9", R"({"x":-9})", true);
        row("another integer", "43", R"({"x":42})", false);
        row("no integer", "many", R"({"x":42})", false);
        row("a header without an argument", "a", "{}", false);
        row("a header and null", "a", R"({"x":null})", false);
        row("an argument without a header", {}, R"({"x":"a"})", false);
        row("neither", {}, "{}", true);
        row("null needs none", {}, R"({"x":null})", true);
        row("an object cannot be said", "{}", R"({"x":{}})", false);
    }

    void argumentsHaveHeaders()
    {
        QFETCH(const QByteArray, header);
        QFETCH(const QByteArray, arguments);
        QFETCH(const bool, isFine);
        const Json schema{{"type", "object"}, {"properties", {{"x", {{"x-mcp-header", "X"}}}}}};
        http::Headers headers;
        if (!header.isNull())
            headers.append("mcp-param-x", header);
        const auto problem =
            standardheaders::checkArguments(headers, schema, *json::parse(arguments));
        QCOMPARE(!problem, isFine);
        if (problem)
            QCOMPARE(problem->code, kHeaderMismatch);
    }

    /// An HTTP layer may have repeated or joined equal lines.
    void equalLinesAreOne_data()
    {
        QTest::addColumn<QByteArrayList>("lines"); // Mcp-Name and Mcp-Param-X
        QTest::addColumn<bool>("isFine");          // for "a,b"
        QTest::newRow("one") << QByteArrayList{"a,b"} << true;
        QTest::newRow("two lines") << QByteArrayList{"a,b", "a,b"} << true;
        QTest::newRow("one of them encoded") << QByteArrayList{"a,b", "=?base64?YSxi?="} << true;
        QTest::newRow("encoded and joined")
            << QByteArrayList{"=?base64?YSxi?=, =?base64?YSxi?="} << true;
        QTest::newRow("another line") << QByteArrayList{"a,b", "c"} << false;
        QTest::newRow("another member") << QByteArrayList{"=?base64?YSxi?=, c"} << false;
        QTest::newRow("a part") << QByteArrayList{"a, a"} << false;
    }

    void equalLinesAreOne()
    {
        QFETCH(const QByteArrayList, lines);
        QFETCH(const bool, isFine);
        const Json schema{{"properties", {{"x", {{"x-mcp-header", "X"}}}}}};
        http::Headers headers{{"Mcp-Method", "tools/call, tools/call"}};
        for (const QByteArray &line : lines) {
            headers.append("Mcp-Name", line);
            headers.append("Mcp-Param-X", line);
        }
        rpc::Message message;
        message.method = "tools/call";
        message.params = {{"name", "a,b"}};
        QCOMPARE(!standardheaders::check(headers, message), isFine);
        QCOMPARE(!standardheaders::checkArguments(headers, schema, {{"x", "a,b"}}), isFine);
    }

    void argumentsInsideOthersCountToo()
    {
        const Json schema{
            {"properties",
             {{"where", {{"properties", {{"region", {{"x-mcp-header", "Region"}}}}}}}}}};
        const Json arguments{{"where", {{"region", "eu"}}}};
        QVERIFY(standardheaders::checkArguments({}, schema, arguments));
        QVERIFY(!standardheaders::checkArguments({{"Mcp-Param-Region", "eu"}}, schema, arguments));
        QVERIFY(!standardheaders::checkArguments({}, schema, Json::object()));
    }
};

FLAREDECK_TEST(TestStandardHeaders)

} // namespace tst_standardheaders

#include "tst_standardheaders.moc"
