#include "core/oauth/clients/documentfetcher.h"

#include "core/http/addressrules.h"
#include "tests/core/oauth/documentsite.h"
#include "tests/support/manualclock.h"
#include "tests/support/testcase.h"

#include <QTcpServer>
#include <QTest>

namespace tst_documentfetcher {

using namespace flaredeck;
using namespace flaredeck::oauth;
using namespace flaredeck::test;
using namespace Qt::Literals::StringLiterals;

using Flight = QFuture<Result<DocumentFetcher::Fetched>>;

class TestDocumentFetcher : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void fetchesTheDocument();
    void howLongItIsFresh_data();
    void howLongItIsFresh();
    void answersThatAreNoDocument_data();
    void answersThatAreNoDocument();
    void redirectsAreNotFollowed();
    void onlyPublicAddressesAreAsked_data();
    void onlyPublicAddressesAreAsked();
    void theCertificateHasToFit();
    void badUrlsAreNotLookedUp();
    void manyWhoAskShareOneRequest();
    void failuresAreRemembered();
    void sixAMinute();
    void threeAtOnce();
    void oneProgramDoesNotUseUpTheOthersDocuments();
    void destructionEndsWhatRuns();

private:
    Result<DocumentFetcher::Fetched> fetch(const QString &url,
                                           const std::optional<http::PeerProcess> &requester = {})
    {
        const Flight flight = m_fetcher->fetch(url, 8788, requester);
        if (!QTest::qWaitFor([&flight] { return flight.isFinished(); }, 20'000))
            return fail(Error::Kind::Internal, u"nothing came"_s);
        return flight.result();
    }

    ManualClock m_clock;
    std::unique_ptr<DocumentSite> m_site;
    std::unique_ptr<DocumentFetcher> m_fetcher;
};

void TestDocumentFetcher::init()
{
    m_site = std::make_unique<DocumentSite>();
    m_fetcher = std::make_unique<DocumentFetcher>(m_clock, m_site->network());
}

void TestDocumentFetcher::cleanup()
{
    m_fetcher.reset();
    m_site.reset();
}

void TestDocumentFetcher::fetchesTheDocument()
{
    m_site->publish();
    const auto fetched = fetch(m_site->clientId());
    QVERIFY2(fetched, fetched ? "" : qPrintable(fetched.error().text()));
    QCOMPARE(fetched->client.id.value, m_site->clientId());
    QCOMPARE(fetched->client.redirectUris, QStringList{u"http://localhost/cb"_s});
    QCOMPARE(m_site->resolved, QStringList{u"client.example"_s});
    const QByteArray request = m_site->requests.first();
    QVERIFY(request.startsWith("GET /client.json HTTP/1.1\r\n"));
    // Qt writes names of headers as it likes: in small letters since 6.8.
    QVERIFY(request.toLower().contains("\r\naccept: application/json\r\n"));
    QVERIFY(!request.toLower().contains("\r\ncookie:"));
}

void TestDocumentFetcher::howLongItIsFresh_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<Millis>("span");
    QTest::newRow("nothing said") << QByteArray() << 5 * kMinute;
    QTest::newRow("an hour") << QByteArray("max-age=3600") << kHour;
    QTest::newRow("among others") << QByteArray("public, Max-Age=3600, immutable") << kHour;
    QTest::newRow("for shared caches") << QByteArray("max-age=600, s-maxage=3600") << kHour;
    QTest::newRow("too short") << QByteArray("max-age=0") << 5 * kMinute;
    QTest::newRow("no-store") << QByteArray("no-store") << 5 * kMinute;
    QTest::newRow("too long") << QByteArray("max-age=31536000") << kDay;
    QTest::newRow("a number with a sign") << QByteArray("max-age=+3600") << 5 * kMinute;
    QTest::newRow("not a number") << QByteArray("max-age=x") << 5 * kMinute;
}

void TestDocumentFetcher::howLongItIsFresh()
{
    QFETCH(QByteArray, header);
    QFETCH(Millis, span);
    m_site->publish(header.isEmpty() ? header : "Cache-Control: " + header + "\r\n");
    const auto fetched = fetch(m_site->clientId());
    QVERIFY2(fetched, fetched ? "" : qPrintable(fetched.error().text()));
    QCOMPARE(fetched->freshFor, span);
}

void TestDocumentFetcher::answersThatAreNoDocument_data()
{
    QTest::addColumn<QByteArray>("status");
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("padding");
    QTest::addColumn<Error::Kind>("kind");
    QTest::addColumn<QString>("cause");
    const auto row = [](const char *name, const char *status, const char *type,
                        const QByteArray &padding, Error::Kind kind, const char *cause) {
        QTest::newRow(name) << QByteArray(status) << QByteArray(type) << padding << kind
                            << QString::fromLatin1(cause);
    };
    using Kind = Error::Kind;
    const char *json = "application/json";
    row("gone", "404 Not Found", json, {}, Kind::InvalidInput, "404");
    row("created", "201 Created", json, {}, Kind::InvalidInput, "201");
    row("forbidden", "403 Forbidden", json, {}, Kind::Denied, "403");
    row("kept out by law", "451 Unavailable", json, {}, Kind::Denied, "451");
    row("broken", "500 Oops", json, {}, Kind::Upstream, "500");
    row("busy", "429 Slow down", json, {}, Kind::Upstream, "429");
    row("a page", "200 OK", "text/html", {}, Kind::InvalidInput, "application/json");
    row("another JSON type", "200 OK", "application/ld+json", {}, Kind::InvalidInput,
        "application/json");
    row("no type", "200 OK", "", {}, Kind::InvalidInput, "application/json");
    row("more than 5 KiB", "200 OK", json, QByteArray(5 * 1024, ' '), Kind::Upstream, "5120");
    row("not UTF-8", "200 OK", json, "\xff", Kind::InvalidInput, "JSON object");
}

void TestDocumentFetcher::answersThatAreNoDocument()
{
    QFETCH(QByteArray, status);
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, padding);
    QFETCH(Error::Kind, kind);
    QFETCH(QString, cause);
    m_site->serve("/client.json", json::print(m_site->document()) + padding,
                  type.isEmpty() ? type : "Content-Type: " + type + "; charset=utf-8\r\n", status);
    const auto fetched = fetch(m_site->clientId());
    QVERIFY(!fetched);
    QCOMPARE(fetched.error().kind, kind);
    QVERIFY2(fetched.error().message.contains(cause), qPrintable(fetched.error().message));
    QVERIFY(fetched.error().message.contains("client.example"_L1));
}

void TestDocumentFetcher::redirectsAreNotFollowed()
{
    QTcpServer inside;
    QVERIFY(inside.listen(QHostAddress::LocalHost));
    m_site->serve("/client.json", {},
                  "Location: http://127.0.0.1:" + QByteArray::number(inside.serverPort()) +
                      "/client.json\r\n",
                  "302 Found");
    const auto fetched = fetch(m_site->clientId());
    QVERIFY(!fetched);
    QVERIFY(fetched.error().message.contains("redirects"_L1));
    QVERIFY(!inside.hasPendingConnections());
    QCOMPARE(m_site->requests.size(), 1);
}

void TestDocumentFetcher::onlyPublicAddressesAreAsked_data()
{
    QTest::addColumn<QStringList>("addresses");
    QTest::newRow("this computer") << QStringList{u"127.0.0.1"_s};
    QTest::newRow("this computer, IPv6") << QStringList{u"::1"_s};
    QTest::newRow("machine credentials") << QStringList{u"169.254.169.254"_s};
    QTest::newRow("the router") << QStringList{u"192.168.1.1"_s};
    QTest::newRow("public first, then private") << QStringList{u"1.1.1.1"_s, u"127.0.0.1"_s};
    QTest::newRow("private first, then public") << QStringList{u"127.0.0.1"_s, u"1.1.1.1"_s};
    QTest::newRow("mapped") << QStringList{u"::ffff:127.0.0.1"_s};
    QTest::newRow("NAT64") << QStringList{u"64:ff9b::7f00:1"_s};
}

void TestDocumentFetcher::onlyPublicAddressesAreAsked()
{
    QFETCH(QStringList, addresses);
    m_site->publish();
    m_site->addresses.clear();
    for (const QString &address : addresses)
        m_site->addresses << QHostAddress(address);
    DocumentNetwork network = m_site->network();
    network.admits = DocumentNetwork::system().admits;
    m_fetcher = std::make_unique<DocumentFetcher>(m_clock, network);

    const auto fetched = fetch(m_site->clientId());
    QVERIFY(!fetched);
    QCOMPARE(fetched.error().kind, Error::Kind::Denied);
    QVERIFY(fetched.error().message.contains("client.example is not on the public internet"_L1));
    QCOMPARE(m_site->connections, 0);
}

void TestDocumentFetcher::theCertificateHasToFit()
{
    const QString url = u"https://other.example:%1/client.json"_s.arg(m_site->port());
    const auto fetched = fetch(url);
    QVERIFY(!fetched);
    QCOMPARE(fetched.error().kind, Error::Kind::Offline);
    QVERIFY(m_site->requests.isEmpty());
}

void TestDocumentFetcher::badUrlsAreNotLookedUp()
{
    const auto fetched = fetch(u"https://client.example/../client.json"_s);
    QVERIFY(!fetched);
    QCOMPARE(fetched.error().kind, Error::Kind::InvalidInput);
    QVERIFY(m_site->resolved.isEmpty());
}

void TestDocumentFetcher::manyWhoAskShareOneRequest()
{
    m_site->publish();
    QList<Flight> flights;
    for (int i = 0; i < 20; ++i)
        flights << m_fetcher->fetch(m_site->clientId(), 8788);
    for (const Flight &flight : flights) {
        QTRY_VERIFY(flight.isFinished());
        QVERIFY(flight.result());
    }
    QCOMPARE(m_site->requests.size(), 1);
}

void TestDocumentFetcher::failuresAreRemembered()
{
    m_site->serve("/client.json", {}, {}, "404 Not Found");
    QVERIFY(!fetch(m_site->clientId()));
    m_site->publish();
    m_clock.advance(DocumentFetcher::kFailureKept - 1);
    QVERIFY(!fetch(m_site->clientId()));
    QCOMPARE(m_site->requests.size(), 1);
    m_clock.advance(1);
    QVERIFY(fetch(m_site->clientId()));
    QCOMPARE(m_site->requests.size(), 2);
}

void TestDocumentFetcher::sixAMinute()
{
    for (int i = 0; i < 6; ++i) {
        const QByteArray path = "/c" + QByteArray::number(i);
        m_site->publish({}, path);
        QVERIFY(fetch(m_site->clientId(path)));
    }
    m_site->publish();
    const auto seventh = fetch(m_site->clientId());
    QVERIFY(!seventh);
    QCOMPARE(seventh.error().kind, Error::Kind::RateLimited);
    QCOMPARE(seventh.error().retryAfterSeconds, 60);
    QCOMPARE(m_site->requests.size(), 6);
    m_clock.advance(kMinute);
    QVERIFY(fetch(m_site->clientId()));
}

void TestDocumentFetcher::threeAtOnce()
{
    QList<Flight> flights; // never answered
    for (int i = 0; i < 3; ++i)
        flights << m_fetcher->fetch(m_site->clientId("/c" + QByteArray::number(i)), 8788);
    m_site->publish();
    const auto fourth = fetch(m_site->clientId());
    QVERIFY(!fourth);
    QCOMPARE(fourth.error().kind, Error::Kind::RateLimited);
    QVERIFY(std::none_of(flights.begin(), flights.end(),
                         [](const Flight &flight) { return flight.isFinished(); }));
}

void TestDocumentFetcher::oneProgramDoesNotUseUpTheOthersDocuments()
{
    http::PeerProcess hostile;
    hostile.pid = 7;
    hostile.executable = u"/usr/bin/hostile"_s;
    http::PeerProcess browser;
    browser.pid = 8;
    browser.executable = u"/usr/bin/browser"_s;
    QList<Flight> flights; // never answered
    for (int i = 0; i < 3; ++i)
        flights << m_fetcher->fetch(m_site->clientId("/c" + QByteArray::number(i)), 8788, hostile);
    m_site->publish();
    QCOMPARE(fetch(m_site->clientId(), hostile).error().kind, Error::Kind::RateLimited);
    QVERIFY(fetch(m_site->clientId(), browser));

    // Nor in the course of the minute.
    m_fetcher = std::make_unique<DocumentFetcher>(m_clock, m_site->network());
    for (int i = 0; i < 7; ++i) {
        const QByteArray path = "/c" + QByteArray::number(i);
        m_site->publish({}, path);
        QCOMPARE(fetch(m_site->clientId(path), hostile).has_value(), i < 6);
    }
    QVERIFY(fetch(m_site->clientId("/c6"), browser));
}

void TestDocumentFetcher::destructionEndsWhatRuns()
{
    const Flight flight = m_fetcher->fetch(m_site->clientId(), 8788);
    QTRY_COMPARE(m_site->requests.size(), 1);
    m_fetcher.reset();
    QTRY_VERIFY(flight.isFinished());
    QVERIFY(!flight.result());
}

FLAREDECK_TEST(TestDocumentFetcher)

} // namespace tst_documentfetcher

#include "tst_documentfetcher.moc"
