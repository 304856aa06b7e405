#include "core/http/requestframer.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_requestframer {

using namespace flaredeck::http;

class TestRequestFramer : public QObject
{
    Q_OBJECT

private slots:
    void badHeadsAreRefused_data();
    void badHeadsAreRefused();
    void targetsAreSplit_data();
    void targetsAreSplit();
    void connectionIsKept_data();
    void connectionIsKept();
    void anyCutGivesTheSameRequest_data();
    void anyCutGivesTheSameRequest();
    void emptyLinesBeforeARequestAreIgnored();
    void badChunksAreRefused_data();
    void badChunksAreRefused();
    void declaredBodyOverTheLimitIsRefusedAfterItsHead();
    void growingBodyOverTheLimitIsRefused();
    void longHeadIsRefusedBeforeItEnds();
};

namespace {

QByteArray head(const QByteArray &line, const QByteArray &headers = {})
{
    return line + "\r\nHost: localhost\r\n" + headers + "\r\n";
}

/// The status of the refusal; 0 when the bytes are complete or need more.
int refusalOf(const QByteArray &bytes, const Limits &limits = {})
{
    RequestFramer framer(limits);
    framer.append(bytes);
    auto step = framer.next();
    if (step == RequestFramer::Step::HeadRead)
        step = framer.next();
    if (step != RequestFramer::Step::Refused)
        return 0;
    return framer.refusal().cause.isEmpty() ? -1 : framer.refusal().status;
}

} // namespace

void TestRequestFramer::badHeadsAreRefused_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status");
    const auto row = [](const char *name, const QByteArray &bytes, int status) {
        QTest::newRow(name) << bytes << status;
    };
    row("good", head("GET / HTTP/1.1"), 0);
    row("an unknown method is the handler's affair", head("BREW / HTTP/1.1"), 0);
    row("TLS handshake", QByteArray("\x16\x03\x01\x02\x00", 5), 400);
    row("request line with one word", "GET\r\n\r\n", 400);
    row("request line without version", "GET /\r\n\r\n", 400);
    row("method that is no token", head("G(T / HTTP/1.1"), 400);
    row("space in the target", head("GET /a b HTTP/1.1"), 400);
    row("fragment in the target", head("GET /a#b HTTP/1.1"), 400);
    row("raw UTF-8 in the target", head("GET /\xc3\xbc HTTP/1.1"), 400);
    row("target without slash", head("GET a HTTP/1.1"), 400);
    row("CONNECT", head("CONNECT localhost:80 HTTP/1.1"), 400);
    row("version that is none", head("GET / HTPP/1.1"), 400);
    row("version with two digits", head("GET / HTTP/1.10"), 400);
    row("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505);
    row("HTTP/0.9", head("GET / HTTP/0.9"), 505);
    row("line without CR", "GET / HTTP/1.1\nHost: a\n\n", 400);
    row("CR inside a value", head("GET / HTTP/1.1", "A: b\rc\r\n"), 400);
    row("CR before a value", head("GET / HTTP/1.1", "A:\rb\r\n"), 400);
    row("CR behind a value", head("GET / HTTP/1.1", "A: b\r\r\n"), 400);
    row("form feed behind a value", head("GET / HTTP/1.1", "A: b\f\r\n"), 400);
    row("NUL inside a value", head("GET / HTTP/1.1", QByteArray("A: b\0c\r\n", 8)), 400);
    row("folded header line", head("GET / HTTP/1.1", "A: b\r\n c\r\n"), 400);
    row("space before the colon", head("GET / HTTP/1.1", "A : b\r\n"), 400);
    row("no colon", head("GET / HTTP/1.1", "Ab\r\n"), 400);
    row("no name", head("GET / HTTP/1.1", ": b\r\n"), 400);
    row("obs-text in a value is allowed", head("GET / HTTP/1.1", "A: \xfc\r\n"), 0);
    row("negative length", head("POST / HTTP/1.1", "Content-Length: -1\r\n"), 400);
    row("length with a sign", head("POST / HTTP/1.1", "Content-Length: +1\r\n"), 400);
    row("length in hex", head("POST / HTTP/1.1", "Content-Length: 0x1\r\n"), 400);
    row("length list", head("POST / HTTP/1.1", "Content-Length: 1, 1\r\n"), 400);
    row("empty length", head("POST / HTTP/1.1", "Content-Length:\r\n"), 400);
    row("two lengths", head("POST / HTTP/1.1", "Content-Length: 1\r\nContent-Length: 1\r\n"), 400);
    row("length beyond 64 bits",
        head("POST / HTTP/1.1", "Content-Length: 99999999999999999999\r\n"), 413);
    row("length and encoding",
        head("POST / HTTP/1.1", "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"), 400);
    row("another encoding", head("POST / HTTP/1.1", "Transfer-Encoding: gzip, chunked\r\n"), 501);
    row("two encodings",
        head("POST / HTTP/1.1", "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"), 501);
    row("chunked in HTTP/1.0", head("POST / HTTP/1.0", "Transfer-Encoding: chunked\r\n"), 400);
    row("another expectation", head("POST / HTTP/1.1", "Expect: coffee\r\n"), 417);
    row("two Authorization lines",
        head("GET / HTTP/1.1", "Authorization: Bearer a\r\nauthorization: Bearer b\r\n"), 400);
    row("the same Authorization twice",
        head("GET / HTTP/1.1", "Authorization: Bearer a\r\nAuthorization: Bearer a\r\n"), 400);
    for (const QByteArray name : {"Content-Type", "Sec-Fetch-Mode", "Sec-Fetch-Dest"}) {
        row(("two lines of " + name).constData(),
            head("GET / HTTP/1.1", name + ": a/b\r\nX: y\r\n" + name.toLower() + ": c/d\r\n"), 400);
        row(("the same twice: " + name).constData(),
            head("GET / HTTP/1.1", (name + ": a/b\r\n").repeated(2)), 0);
    }
    row("two Accept lines are a list", head("GET / HTTP/1.1", "Accept: a/b\r\nAccept: c/d\r\n"), 0);
    row("absolute target of another server", head("GET http://other/ HTTP/1.1"), 400);
}

void TestRequestFramer::badHeadsAreRefused()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, status);
    QCOMPARE(refusalOf(bytes), status);
}

void TestRequestFramer::targetsAreSplit_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("query");
    const auto row = [](const char *name, const char *target, const char *path, const char *query) {
        QTest::newRow(name) << QByteArray(target) << QByteArray(path) << QByteArray(query);
    };
    row("path", "/a", "/a", "");
    row("query", "/a?b=c&d=%20", "/a", "b=c&d=%20");
    row("escapes stay as sent", "/a%2Fb", "/a%2Fb", "");
    row("dots stay as sent", "/a/../b", "/a/../b", "");
    row("two slashes are a path", "//evil/x", "//evil/x", "");
    row("a second question mark belongs to the query", "/a?b?c", "/a", "b?c");
    row("absolute", "http://localhost/a?b", "/a", "b");
    row("absolute without path", "HTTP://LOCALHOST", "/", "");
}

void TestRequestFramer::targetsAreSplit()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, query);
    const auto parsed = parseHead(head("GET " + target + " HTTP/1.1"));
    QVERIFY(parsed);
    QCOMPARE(parsed->request.path, path);
    QCOMPARE(parsed->request.query, query);
}

void TestRequestFramer::connectionIsKept_data()
{
    QTest::addColumn<QByteArray>("version");
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<bool>("keeps");
    QTest::newRow("1.1") << QByteArray("1.1") << QByteArray() << true;
    QTest::newRow("1.1 close") << QByteArray("1.1") << QByteArray("Connection: Close\r\n") << false;
    QTest::newRow("1.1 with close in a list")
        << QByteArray("1.1") << QByteArray("Connection: upgrade , close\r\n") << false;
    QTest::newRow("1.1 with a word that contains close")
        << QByteArray("1.1") << QByteArray("Connection: closer\r\n") << true;
    QTest::newRow("1.0") << QByteArray("1.0") << QByteArray() << false;
}

void TestRequestFramer::connectionIsKept()
{
    QFETCH(QByteArray, version);
    QFETCH(QByteArray, header);
    QFETCH(bool, keeps);
    QCOMPARE(parseHead(head("GET / HTTP/" + version, header))->keepsAlive, keeps);
}

void TestRequestFramer::anyCutGivesTheSameRequest_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("no body") << head("GET /a HTTP/1.1") << QByteArray();
    QTest::newRow("length") << head("POST /a HTTP/1.1", "Content-Length: 11\r\n") + "hello world"
                            << QByteArray("hello world");
    const QByteArray chunked = head("POST /a HTTP/1.1", "Transfer-Encoding: Chunked\r\n");
    QTest::newRow("chunks") << chunked + "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"
                            << QByteArray("hello world");
    QTest::newRow("chunks with extensions, trailers and line breaks inside")
        << chunked + "0A;a=\"b\"\r\nhello\r\n\r\n\n\r\n0;x\r\nTrailer: t\r\n\r\n"
        << QByteArray("hello\r\n\r\n\n");
    QTest::newRow("chunked and empty") << chunked + "0\r\n\r\n" << QByteArray();
}

// Two requests in a row, cut in two at every place, and sent byte by byte.
void TestRequestFramer::anyCutGivesTheSameRequest()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, body);
    const QByteArray twice = bytes + bytes;
    const auto collect = [](const QList<QByteArray> &pieces) {
        RequestFramer framer({});
        QList<QByteArray> bodies;
        for (const QByteArray &piece : pieces) {
            framer.append(piece);
            for (auto step = framer.next(); step != RequestFramer::Step::NeedsMore;
                 step = framer.next()) {
                if (step == RequestFramer::Step::Refused)
                    return QList<QByteArray>{"refused: " + framer.refusal().cause};
                if (step == RequestFramer::Step::Complete)
                    bodies.append(framer.takeBody());
            }
        }
        return bodies;
    };
    const QList<QByteArray> expected{body, body};
    for (qsizetype cut = 0; cut <= twice.size(); ++cut)
        QCOMPARE(collect({twice.first(cut), twice.sliced(cut)}), expected);
    QList<QByteArray> single;
    for (const char c : twice)
        single.append(QByteArray(1, c));
    QCOMPARE(collect(single), expected);
}

void TestRequestFramer::emptyLinesBeforeARequestAreIgnored()
{
    RequestFramer framer({});
    framer.append("\r\n\r\n");
    QCOMPARE(framer.next(), RequestFramer::Step::NeedsMore);
    QVERIFY(!framer.hasBegun());
    framer.append(head("GET /a HTTP/1.1"));
    QCOMPARE(framer.next(), RequestFramer::Step::HeadRead);
    QCOMPARE(framer.head().request.path, "/a");
}

void TestRequestFramer::badChunksAreRefused_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::newRow("no size") << QByteArray("\r\n") << 400;
    QTest::newRow("a size that is no number") << QByteArray("xyz\r\n") << 400;
    QTest::newRow("a negative size") << QByteArray("-1\r\n") << 400;
    QTest::newRow("a CR inside the size's line")
        << QByteArray("5;a\rb\r\nhello\r\n0\r\n\r\n") << 400;
    QTest::newRow("a CR inside a trailer") << QByteArray("0\r\nA: b\rc\r\n\r\n") << 400;
    QTest::newRow("words behind the size") << QByteArray("5x\r\n") << 400;
    for (const char *line : {"28 zz",   "5 ",         "5\t",     "+5",      " 5",    "0x5",  "5,",
                             "5;",      "5;;a",       "5; ",     "5 a;b",   "5;a b", "5;=b", "5;a=",
                             "5;a=\"b", "5;a=\"b\"c", "5;a=b=c", "5;a=(b)", "5_0",   "0x10"})
        QTest::newRow(line) << line + QByteArray("\r\nhello\r\n0\r\n\r\n") << 400;
    for (const char *line :
         {"5;a", "5;a=b;c", "5 ; a = b", "5;a=\"b; \\\" c\"", "0005", "5;a=\"\""})
        QTest::newRow(line) << line + QByteArray("\r\nhello\r\n0\r\n\r\n") << 0;
    for (const char *line : {"no colon", ": a", "a b: c", "a : b"})
        QTest::addRow("trailer %s", line) << QByteArray("0\r\n") + line + "\r\n\r\n" << 400;
    QTest::newRow("a size beyond 64 bits") << QByteArray("FFFFFFFFFFFFFFFFF\r\n") << 400;
    QTest::newRow("a size line without CR") << QByteArray("5\nhello\r\n") << 400;
    QTest::newRow("data longer than its size") << QByteArray("5\r\nhello!\r\n") << 400;
    QTest::newRow("a huge size") << QByteArray("FFFFFFFFFF\r\n") << 413;
    QTest::newRow("a size line without end") << QByteArray(8192, '0') << 400;
    QTest::newRow("trailers without end")
        << "0\r\n" + QByteArray("A: bbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n").repeated(1000) << 400;
}

void TestRequestFramer::badChunksAreRefused()
{
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QCOMPARE(refusalOf(head("POST / HTTP/1.1", "Transfer-Encoding: chunked\r\n") + body), status);
}

void TestRequestFramer::declaredBodyOverTheLimitIsRefusedAfterItsHead()
{
    Limits limits;
    limits.maxBodyBytes = 10;
    RequestFramer framer(limits);
    framer.append(head("POST /a HTTP/1.1", "Content-Length: 11\r\n"));
    // The host gate has a say first.
    QCOMPARE(framer.next(), RequestFramer::Step::HeadRead);
    QCOMPARE(framer.next(), RequestFramer::Step::Refused);
    QCOMPARE(framer.refusal().status, 413);
}

void TestRequestFramer::growingBodyOverTheLimitIsRefused()
{
    Limits limits;
    limits.maxBodyBytes = 10;
    const QByteArray start = head("POST / HTTP/1.1", "Transfer-Encoding: chunked\r\n");
    QCOMPARE(refusalOf(start + "5\r\nhello\r\n5\r\nworld\r\n", limits), 0);
    QCOMPARE(refusalOf(start + "5\r\nhello\r\n6\r\n", limits), 413);
}

void TestRequestFramer::longHeadIsRefusedBeforeItEnds()
{
    Limits limits;
    limits.maxHeaderBytes = 200;
    const QByteArray fits = head("GET / HTTP/1.1", "A: " + QByteArray(150, 'a') + "\r\n");
    QVERIFY(fits.size() <= 200);
    QCOMPARE(refusalOf(fits, limits), 0);
    QCOMPARE(refusalOf(head("GET / HTTP/1.1", "A: " + QByteArray(200, 'a') + "\r\n"), limits), 431);
    QCOMPARE(refusalOf("GET /" + QByteArray(200, 'a'), limits), 431);
    // Also when what else is wrong is there already.
    QCOMPARE(refusalOf("GET /" + QByteArray(200, 'a') + "\n\n", limits), 431);
}

FLAREDECK_TEST(TestRequestFramer)

} // namespace tst_requestframer

#include "tst_requestframer.moc"
