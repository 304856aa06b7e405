#include "core/http/httpserver.h"
#include "core/service/versionwatch.h"
#include "tests/support/manualclock.h"
#include "tests/support/testcase.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

namespace tst_versionwatch {

using namespace flaredeck;
using namespace flaredeck::service;
using namespace Qt::StringLiterals;

const QString kHome = u"https://example.org/flaredeck"_s;
const QByteArray kNews =
    R"({"version": "99.0.1", "page": "https://example.org/flaredeck/releases"})";

/// News of versions: only on request, once a day, without a word of who asks.
class TestVersionWatch : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void nobodyIsAskedUnlessThePersonWants();
    void aNewerVersionIsTold();
    void itIsAskedOnceADay();
    void theRequestTellsNothing();
    void aPageOfReleasesLeadsOn();
    void whatIsNoNewsIsIgnored_data();
    void whatIsNoNewsIsIgnored();
    void switchedOffItIsForgotten();

private:
    std::unique_ptr<VersionWatch> watch(const QString &path = u"/latest.json"_s)
    {
        return std::make_unique<VersionWatch>(
            m_client, *m_settings, m_clock,
            QUrl(u"http://127.0.0.1:%1%2"_s.arg(QString::number(m_server->port()), path)), kHome);
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<http::HttpServer> m_server;
    http::HttpClient m_client;
    test::ManualClock m_clock;
    QByteArray m_answer;
    QList<http::RequestPtr> m_requests;
};

void TestVersionWatch::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    m_settings = std::make_unique<Settings>(m_dir->filePath(u"settings.ini"_s));
    m_settings->set(setting::tellNewVersions, true);
    m_answer = kNews;
    m_requests.clear();
    m_server = std::make_unique<http::HttpServer>();
    m_server->route("/latest.json",
                    [this](const http::RequestPtr &request, const http::ExchangePtr &exchange) {
                        m_requests << request;
                        http::Response response;
                        response.status = 200;
                        response.body = m_answer;
                        exchange->respond(std::move(response));
                    });
    m_server->route("/release", [](const http::RequestPtr &, const http::ExchangePtr &exchange) {
        http::Response response;
        response.status = 302;
        response.headers.set("Location", "/latest.json");
        exchange->respond(std::move(response));
    });
    QVERIFY(m_server->listen(0));
}

void TestVersionWatch::nobodyIsAskedUnlessThePersonWants()
{
    QVERIFY(!setting::tellNewVersions.fallback);
    m_settings->set(setting::tellNewVersions, false);
    const auto quiet = watch();
    quiet->look();
    // One that is switched on afterwards is answered, so the first would have been, too.
    m_settings->set(setting::tellNewVersions, true);
    const auto asking = watch();
    asking->look();
    QTRY_VERIFY(asking->newest());
    QCOMPARE(m_requests.size(), 1);
}

void TestVersionWatch::aNewerVersionIsTold()
{
    const auto asking = watch();
    QSignalSpy changed(asking.get(), &VersionWatch::changed);
    asking->look();
    QVERIFY(changed.wait());
    QVERIFY(asking->newest() == NewVersion({u"99.0.1"_s, kHome + u"/releases"_s}));
    QVERIFY(watch()->newest() == asking->newest()); // after a restart, too
}

void TestVersionWatch::itIsAskedOnceADay()
{
    const auto asking = watch();
    asking->look();
    QTRY_VERIFY(asking->newest());
    asking->look();
    watch()->look();
    m_clock.advance(test::kDay);
    m_answer = R"({"version": "99.0.2", "page": "https://example.org/flaredeck/releases"})";
    asking->look();
    QTRY_COMPARE(asking->newest()->number, u"99.0.2"_s);
    QCOMPARE(m_requests.size(), 2);
}

void TestVersionWatch::theRequestTellsNothing()
{
    const auto asking = watch();
    asking->look();
    QTRY_COMPARE(m_requests.size(), 1);
    const http::Headers &headers = m_requests.first()->headers;
    QCOMPARE(headers.value("User-Agent"), QByteArray("Flaredeck"));
    QCOMPARE(headers.value("Accept-Language"), QByteArray("en"));
    QCOMPARE(headers.value("Cookie"), QByteArray());
    QCOMPARE(headers.value("Referer"), QByteArray());
    QVERIFY(m_requests.first()->body.isEmpty());
}

void TestVersionWatch::aPageOfReleasesLeadsOn()
{
    const auto asking = watch(u"/release"_s);
    asking->look();
    QTRY_VERIFY(asking->newest());
}

void TestVersionWatch::whatIsNoNewsIsIgnored_data()
{
    QTest::addColumn<QByteArray>("answer");
    const QByteArray page = R"(, "page": "https://example.org/flaredeck/releases"})";
    QTest::addRow("older") << R"({"version": "0.0.1")" + page;
    QTest::addRow("this one") << QByteArray(R"({"version": ")" FLAREDECK_VERSION "\"") + page;
    QTest::addRow("no version") << R"({"version": "newest")" + page;
    QTest::addRow("a number") << R"({"version": 99)" + page;
    QTest::addRow("more than a version") << R"({"version": "99.0.1; rm")" + page;
    QTest::addRow("no JSON") << QByteArray("<html>99.0.1</html>");
    QTest::addRow("a list") << QByteArray("[]");
    QTest::addRow("a page elsewhere")
        << QByteArray(R"({"version": "99.0.1", "page": "https://evil.example/flaredeck"})");
    QTest::addRow("a page like ours")
        << QByteArray(R"({"version": "99.0.1", "page": "https://example.org/flaredeckx/r"})");
    QTest::addRow("a program") << QByteArray(
        R"({"version": "99.0.1", "page": "file:///usr/bin/true"})");
}

void TestVersionWatch::whatIsNoNewsIsIgnored()
{
    QFETCH(QByteArray, answer);
    QVERIFY(!readNewVersion(answer, QStringLiteral(FLAREDECK_VERSION), kHome));
    QVERIFY(readNewVersion(kNews, QStringLiteral(FLAREDECK_VERSION), kHome));
}

void TestVersionWatch::switchedOffItIsForgotten()
{
    const auto asking = watch();
    asking->look();
    QTRY_VERIFY(asking->newest());
    m_settings->set(setting::tellNewVersions, false);
    QVERIFY(!asking->newest());
}

FLAREDECK_TEST(TestVersionWatch)

} // namespace tst_versionwatch

#include "tst_versionwatch.moc"
