#include "core/providers/cloudflare/workersprompt.h"

#include "tests/core/provider/upstreamfixture.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_workersprompt {

using namespace flaredeck;
using namespace flaredeck::cloudflare;
using namespace flaredeck::test;
using namespace Qt::Literals::StringLiterals;

namespace {

const QByteArray kPath = QByteArrayLiteral("/workers/prompt.txt");
const QString kName = u"workers-prompt-full"_s;

} // namespace

class TestWorkersPrompt : public QObject
{
    Q_OBJECT

    struct Setup {
        ManualClock clock;
        ScriptedUpstream upstream;
        http::HttpClient http;
        WorkersPrompt prompts{http, upstream.endpoints(), clock};

        Result<mcp::PromptResult> get(const QString &name = kName)
        {
            return QCoro::waitFor(
                prompts.get(name, Json::object(), std::make_shared<mcp::CallContext>()));
        }
        QString text() // of its one message, or the error
        {
            const auto result = get();
            return result ? result->messages.value(0).content.text : result.error().text();
        }
    };

private slots:
    void isListedWithoutArguments();
    void isOneMessageOfTheUser();
    void isKeptForAnHour();
    void showsNoCredential();
    void survivesAnOutageOnceItWasRead();
    void refusesWhatIsNotTheText_data();
    void refusesWhatIsNotTheText();
    void knowsNoOtherPrompt();
    void whoStopsIsAnsweredAtOnce();
};

void TestWorkersPrompt::isListedWithoutArguments()
{
    const Setup s;
    const auto list = s.prompts.list({});
    QCOMPARE(list.size(), 1);
    QCOMPARE(list.first().name, kName);
    QVERIFY(list.first().arguments.isEmpty());
    QVERIFY(s.prompts.complete(kName, u"x"_s, {}));
    QVERIFY(!s.prompts.complete(u"other"_s, u"x"_s, {}));
}

void TestWorkersPrompt::isOneMessageOfTheUser()
{
    Setup s;
    s.upstream.on(kPath, http::Response::text(200, "Write \xC3\xA4 Worker."));
    const auto result = s.get();
    QVERIFY(result);
    QCOMPARE(result->messages.size(), 1);
    QVERIFY(!result->messages.first().fromAssistant);
    QCOMPARE(result->messages.first().content.text, u"Write ä Worker."_s);
}

void TestWorkersPrompt::isKeptForAnHour()
{
    Setup s;
    s.upstream.on(kPath, http::Response::text(200, "one"));
    s.upstream.on(kPath, http::Response::text(200, "two"));
    QCOMPARE(s.text(), u"one"_s);
    s.clock.advance(kHour - 1);
    QCOMPARE(s.text(), u"one"_s);
    s.clock.advance(1);
    QCOMPARE(s.text(), u"two"_s);
}

void TestWorkersPrompt::showsNoCredential()
{
    Setup s;
    QByteArray authorization = "not asked";
    s.upstream.on(kPath, [&authorization](const auto &request, const auto &exchange) {
        authorization = request->headers.value("Authorization");
        exchange->respond(http::Response::text(200, "x"));
    });
    QCOMPARE(s.text(), u"x"_s);
    QCOMPARE(authorization, QByteArray());
}

void TestWorkersPrompt::survivesAnOutageOnceItWasRead()
{
    Setup s;
    s.upstream.on(kPath, http::Response::text(200, "one"));
    s.upstream.on(kPath, http::Response::text(503, "no"));
    s.upstream.on(kPath, http::Response::text(200, "two"));
    QCOMPARE(s.text(), u"one"_s);
    s.clock.advance(2 * kHour);
    QCOMPARE(s.text(), u"one"_s);
    QCOMPARE(s.text(), u"two"_s); // a failed fetch is not cached
}

void TestWorkersPrompt::refusesWhatIsNotTheText_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("why");

    const QByteArray plain = "text/plain; charset=utf-8";
    QTest::newRow("an error") << 500 << plain << QByteArray("no") << u"status 500"_s;
    QTest::newRow("moved") << 302 << plain << QByteArray() << u"status 302"_s;
    QTest::newRow("a portal's page")
        << 200 << QByteArray("text/html") << QByteArray("<p>Log in") << u"something else"_s;
    QTest::newRow("bytes that are no text")
        << 200 << plain << QByteArray("\xff\xfe") << u"no text"_s;
    QTest::newRow("nothing") << 200 << plain << QByteArray("\n") << u"no text"_s;
}

void TestWorkersPrompt::refusesWhatIsNotTheText()
{
    QFETCH(int, status);
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, body);
    QFETCH(QString, why);
    Setup s;
    s.upstream.on(kPath, http::Response{status, http::Headers{{"Content-Type", type}}, body});
    const auto result = s.get();
    QVERIFY(!result);
    QVERIFY2(result.error().message.contains(why), qPrintable(result.error().message));
    QVERIFY(!result.error().action.isEmpty());
}

void TestWorkersPrompt::knowsNoOtherPrompt()
{
    Setup s;
    const auto result = s.get(u"other"_s);
    QVERIFY(!result);
    QCOMPARE(result.error().kind, Error::Kind::NotFound);
}

void TestWorkersPrompt::whoStopsIsAnsweredAtOnce()
{
    Setup s;
    s.upstream.hold(kPath);
    std::stop_source stop;
    const auto context = std::make_shared<mcp::CallContext>();
    context->stop = stop.get_token();
    auto reading = s.prompts.get(kName, Json::object(), context);
    QTRY_COMPARE(s.upstream.held.size(), 1);
    QVERIFY(!reading.isReady());
    stop.request_stop();
    QVERIFY(reading.isReady());
    QCOMPARE(QCoro::waitFor(std::move(reading)).error().kind, Error::Kind::Cancelled);
}

FLAREDECK_TEST(TestWorkersPrompt)

} // namespace tst_workersprompt

#include "tst_workersprompt.moc"
