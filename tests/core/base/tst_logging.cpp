#include "core/base/logging.h"
#include "tests/support/testcase.h"

#include <QSignalSpy>
#include <QTest>
#include <QThread>

namespace tst_logging {

using namespace Qt::StringLiterals;
using namespace flaredeck;

class TestLogging : public QObject
{
    Q_OBJECT

private slots:
    void credentialsAreRedacted_data();
    void credentialsAreRedacted();
    void ordinaryTextIsKept_data();
    void ordinaryTextIsKept();
    void theBookReceivesCategoryLevelAndText();
    void theBookRedacts();
    void wordsOfOthersStayOnTheirLine();
    void theBookKeepsTheNewestLines();
    void theBookTakesLinesFromAnyThread();
    void aQueuedListenerMayLog();
};

void TestLogging::credentialsAreRedacted_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("secret");
    const QString secret = u"Zk3v9QmXw1Lr-7pT_bN5"_s;
    for (const char *prefix : {"cfl_ac_", "cfl_at_", "cfl_rt_", "cfl_reg_", "cfat_", "cfut_",
                               "cfoat_", "cfoac_", "cfort_"})
        QTest::newRow(prefix) << u"token "_s + QLatin1String(prefix) + secret + u" was used"_s
                              << secret;
    QTest::newRow("a token within percent-encoding") << u"x=%22cfl_at_"_s + secret << secret;
    QTest::newRow("a bearer header") << u"Authorization: Bearer "_s + secret << secret;
    QTest::newRow("a bearer header in lower case")
        << u"authorization: bearer "_s + secret << secret;
    QTest::newRow("a basic header") << u"Authorization: Basic "_s + secret + u"=="_s << secret;
    for (const char *name : {"access_token", "refresh_token", "client_secret", "code_verifier",
                             "api_token", "password", "registration_access_token"}) {
        const QString member = QLatin1String(name);
        QTest::addRow("form: %s", name)
            << u"a=1&"_s + member + u"="_s + secret + u"&b=2"_s << secret;
        QTest::addRow("JSON: %s", name)
            << u"{\"a\":1,\""_s + member + u"\": \""_s + secret + u"\",\"b\":2}"_s << secret;
        QTest::addRow("JSON within JSON: %s", name)
            << u"{\"text\":\"{\\\""_s + member + u"\\\":\\\""_s + secret + u"\\\"}\"}"_s << secret;
    }
}

void TestLogging::credentialsAreRedacted()
{
    QFETCH(QString, text);
    QFETCH(QString, secret);
    const QString clean = redact(text);
    QVERIFY2(!clean.contains(secret), qPrintable(clean));
    QVERIFY2(clean.contains(u"[redacted]"_s), qPrintable(clean));
    QCOMPARE(redact(text.toUtf8()), clean.toUtf8());
}

void TestLogging::ordinaryTextIsKept_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("nothing") << QString();
    QTest::newRow("a sentence") << u"Listening on port 8788"_s;
    QTest::newRow("the word token") << u"the token endpoint answered 400"_s;
    QTest::newRow("a result") << u"{\"content\":[{\"text\":\"42\",\"type\":\"text\"}]}"_s;
    QTest::newRow("an error code") << u"{\"error\":{\"code\":-32601}}"_s;
    QTest::newRow("what follows a secret's end") << u"token_type=Bearer&expires_in=3600"_s;
}

void TestLogging::ordinaryTextIsKept()
{
    QFETCH(QString, text);
    QCOMPARE(redact(text), text);
    QCOMPARE(redact(text.toUtf8()), text.toUtf8());
}

void TestLogging::theBookReceivesCategoryLevelAndText()
{
    LogBook book(LogBook::Echo::Nothing);
    QSignalSpy spy(&book, &LogBook::recorded);
    qCInfo(lcHttp) << "one";
    qCWarning(lcStore) << "two";
    qCCritical(lcApp) << "three";
    qCDebug(lcHttp) << "debug is off unless asked for";

    const QList<LogRecord> lines = book.recent();
    QCOMPARE(lines.size(), 3);
    QCOMPARE(spy.size(), 3);
    QCOMPARE(lines[0].category, u"flaredeck.http"_s);
    QCOMPARE(lines[0].level, LogLevel::Info);
    QCOMPARE(lines[0].message, u"one"_s);
    QCOMPARE(lines[1].level, LogLevel::Warning);
    QCOMPARE(lines[2].level, LogLevel::Critical);
    QVERIFY(lines[0].sequence < lines[1].sequence && lines[1].sequence < lines[2].sequence);
    QCOMPARE(spy[2][0].value<LogRecord>(), lines[2]);
}

void TestLogging::theBookRedacts()
{
    LogBook book(LogBook::Echo::Nothing);
    qCInfo(lcHttp) << "Bearer 0123456789abcdef";
    QVERIFY(!book.recent().constFirst().message.contains(u"0123456789"_s));
}

void TestLogging::wordsOfOthersStayOnTheirLine()
{
    LogBook book(LogBook::Echo::Nothing);
    qCInfo(lcHttp).noquote()
        << u"agent\r\u001b[2K\u009bA\n2026-11-30 info: forged\u202e\U000e0041"_s;
    QCOMPARE(book.recent().constFirst().message,
             u"agent\\r\\x1b[2K\\x9bA\\n2026-11-30 info: forged\\u{202e}\\u{e0041}"_s);
}

void TestLogging::theBookKeepsTheNewestLines()
{
    LogBook book(LogBook::Echo::Nothing);
    for (int i = 0; i < LogBook::kKept + 10; ++i)
        book.record(LogLevel::Info, u"flaredeck.test"_s, QString::number(i));
    const QList<LogRecord> lines = book.recent();
    QCOMPARE(lines.size(), LogBook::kKept);
    QCOMPARE(lines.constFirst().message, u"10"_s);
    QCOMPARE(lines.constLast().message, QString::number(LogBook::kKept + 9));
}

void TestLogging::theBookTakesLinesFromAnyThread()
{
    constexpr int kLines = 200;
    LogBook book(LogBook::Echo::Nothing);
    std::vector<std::unique_ptr<QThread>> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back(QThread::create([] {
            for (int i = 0; i < kLines; ++i)
                qCInfo(lcMcp) << i;
        }));
        threads.back()->start();
    }
    for (const auto &thread : threads)
        thread->wait();
    const QList<LogRecord> lines = book.recent();
    QCOMPARE(lines.size(), 4 * kLines);
    for (int i = 1; i < lines.size(); ++i)
        QVERIFY(lines[i - 1].sequence < lines[i].sequence);
}

void TestLogging::aQueuedListenerMayLog()
{
    LogBook book(LogBook::Echo::Nothing);
    connect(
        &book, &LogBook::recorded, this,
        [](const LogRecord &line) {
            if (line.message == u"first"_s)
                qCInfo(lcApp) << "second";
        },
        Qt::QueuedConnection);
    qCInfo(lcApp) << "first";
    QTRY_COMPARE(book.recent().size(), 2);
    QCOMPARE(book.recent().constLast().message, u"second"_s);
}

FLAREDECK_TEST(TestLogging)

} // namespace tst_logging

#include "tst_logging.moc"
