#include "core/http/responsewriter.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_responsewriter {

using namespace flaredeck::http;

class TestResponseWriter : public QObject
{
    Q_OBJECT

private slots:
    void answerIsComplete();
    void headersCannotBreakTheFraming_data();
    void headersCannotBreakTheFraming();
    void headHasTheLengthButNoBody();
    void noContentHasNoLength();
    void closingIsAnnounced();
    void streamHeads_data();
    void streamHeads();
};

void TestResponseWriter::answerIsComplete()
{
    AnswerFormat format;
    format.extra = {{"Vary", "Origin"}};
    QCOMPARE(writeResponse({200, {{"Content-Type", "text/plain"}}, "hi"}, format, "now"),
             "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nVary: Origin\r\nDate: now\r\n"
             "Content-Length: 2\r\n\r\nhi");
    QVERIFY(writeResponse({299, {}, {}}, {}, "now").startsWith("HTTP/1.1 299 \r\n"));
}

void TestResponseWriter::headersCannotBreakTheFraming_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("value");
    QTest::newRow("line break in the value")
        << QByteArray("X-Bad") << QByteArray("a\r\nSet-Cookie: x=1");
    QTest::newRow("line feed in the value") << QByteArray("X-Bad") << QByteArray("a\nX-Bad: 1");
    QTest::newRow("NUL in the value") << QByteArray("X-Bad") << QByteArray("a\0b", 3);
    QTest::newRow("line break in the name") << QByteArray("X-Bad: 1\r\nY") << QByteArray("b");
    QTest::newRow("a length of its own") << QByteArray("Content-length") << QByteArray("X-Bad");
    QTest::newRow("an encoding") << QByteArray("Transfer-Encoding") << QByteArray("X-Bad");
}

void TestResponseWriter::headersCannotBreakTheFraming()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, value);
    const QByteArray bytes =
        writeResponse({200, {{"X-Good", "1"}, {name, value}}, "hi"}, {}, "now");
    QCOMPARE(bytes, "HTTP/1.1 200 OK\r\nX-Good: 1\r\nDate: now\r\nContent-Length: 2\r\n\r\nhi");
}

void TestResponseWriter::headHasTheLengthButNoBody()
{
    AnswerFormat format;
    format.isHead = true;
    const QByteArray bytes = writeResponse({200, {}, "hello"}, format, "now");
    QVERIFY(bytes.contains("Content-Length: 5\r\n"));
    QVERIFY(bytes.endsWith("\r\n\r\n"));
}

void TestResponseWriter::noContentHasNoLength()
{
    const QByteArray bytes = writeResponse({204, {}, "ignored"}, {}, "now");
    QVERIFY(!bytes.contains("Content-Length"));
    QVERIFY(bytes.endsWith("\r\n\r\n"));
}

void TestResponseWriter::closingIsAnnounced()
{
    AnswerFormat format;
    format.keepsAlive = false;
    QVERIFY(writeResponse({200, {}, {}}, format, "now").contains("Connection: close\r\n"));
}

void TestResponseWriter::streamHeads_data()
{
    QTest::addColumn<bool>("isHttp10");
    QTest::newRow("HTTP/1.1 is chunked") << false;
    QTest::newRow("HTTP/1.0 ends with the connection") << true;
}

void TestResponseWriter::streamHeads()
{
    QFETCH(bool, isHttp10);
    AnswerFormat format;
    format.isHttp10 = isHttp10;
    format.keepsAlive = !isHttp10;
    const QByteArray bytes = writeStreamHead({{"Mcp-Session-Id", "s"}}, format, "now");
    QVERIFY(bytes.contains("Content-Type: text/event-stream\r\n"));
    QVERIFY(bytes.contains("Cache-Control: no-cache, no-transform\r\n"));
    QVERIFY(bytes.contains("X-Accel-Buffering: no\r\n"));
    QVERIFY(bytes.contains("Mcp-Session-Id: s\r\n"));
    QVERIFY(!bytes.contains("Content-Length"));
    QCOMPARE(bytes.contains("Transfer-Encoding: chunked\r\n"), !isHttp10);
    QCOMPARE(bytes.contains("Connection: keep-alive\r\n"), !isHttp10);
}

FLAREDECK_TEST(TestResponseWriter)

} // namespace tst_responsewriter

#include "tst_responsewriter.moc"
