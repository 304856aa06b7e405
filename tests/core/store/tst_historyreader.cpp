#include "core/store/history/history.h"
#include "fixtures.h"
#include "tests/support/testcase.h"

#include <QTemporaryDir>
#include <QTest>

namespace tst_historyreader {

using namespace Qt::StringLiterals;
using namespace flaredeck;
using store::CallFilter;
using store::CallRecord;
using store::Database;
using store::HistoryReader;
using store::HistoryWriter;
using store::Outcome;

namespace {

constexpr Millis kStart = 1'800'000'000'000; // a whole minute

CallRecord call(int number)
{
    CallRecord call;
    call.startedAt = kStart + number * 1000;
    call.grant = {u"g%1"_s.arg(number % 3)};
    call.client = {u"c%1"_s.arg(number % 2)};
    call.clientName = number % 2 ? u"Odd client"_s : u"Even client"_s;
    call.tool = number % 4 == 0 ? u"add"_s : u"workers_list"_s;
    call.accountName = u"Account %1"_s.arg(number);
    call.outcome = static_cast<Outcome>(number % 10 == 7   ? 1
                                        : number % 10 == 8 ? 2
                                        : number % 10 == 9 ? 3
                                                           : 0);
    call.durationUs = (number + 1) * 100;
    call.bytesIn = 11;
    call.bytesOut = 22;
    call.arguments = "{\"n\":\"arg-" + QByteArray::number(number) + "-\"}";
    call.result = "result-" + QByteArray::number(number) +
                  "- 100% a_b \\ Gr\xc3\xb6\xc3\x9f"
                  "e";
    if (call.outcome != Outcome::Ok)
        call.error = u"Failed because of %1"_s.arg(number);
    if (number == 5)
        call.upstream = {{u"GET"_s, u"/accounts"_s, 200, 12, u"ray1"_s},
                         {u"POST"_s, u"/x"_s, 0, 3, {}}};
    return call;
}

} // namespace

class TestHistoryReader : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void withoutAFileThereIsNoHistory();
    void aFileThatAppearsIsRead();
    void filtersSelect_data();
    void filtersSelect();
    void textIsFoundLiterally_data();
    void textIsFoundLiterally();
    void pagesAreNewestFirstAndSeamless();
    void listsLeaveOutTheBigColumns();
    void oneCallIsComplete();
    void callsSinceAreTheNewerOnes();
    void callsAfterAreTheNextOnes();
    void totalsCountAndRank();
    void minutesCountAnswers();
    void callsAreCountedByGrantAndClient();
    void pagesStaySeamlessWhileCallsAreWritten();
    void aDamagedFileIsAnError();

private:
    static constexpr int kCalls = 100;
    QTemporaryDir m_dir;
    QString m_file;
};

void TestHistoryReader::initTestCase()
{
    m_file = m_dir.filePath(u"history.db"_s);
    HistoryWriter writer(m_file, 0, Clock::system());
    for (int i = 0; i < kCalls; ++i)
        writer.append(call(i));
}

void TestHistoryReader::withoutAFileThereIsNoHistory()
{
    HistoryReader reader(m_dir.filePath(u"absent.db"_s));
    QVERIFY(reader.calls({}, 0, 10).value().isEmpty());
    QVERIFY(reader.callsSince({}, 0, 10).value().isEmpty());
    QVERIFY(!reader.call(1).value());
    QCOMPARE(reader.count({}).value(), 0);
    QCOMPARE(reader.totals(0).value().calls, 0);
    QVERIFY(reader.perMinute(0).value().isEmpty());
    QVERIFY(reader.callsByGrant(0).value().isEmpty());
    QVERIFY(!QFile::exists(m_dir.filePath(u"absent.db"_s)));
}

void TestHistoryReader::aFileThatAppearsIsRead()
{
    const QString file = m_dir.filePath(u"later.db"_s);
    HistoryReader reader(file);
    QCOMPARE(reader.count({}).value(), 0);
    QVERIFY(QFile(file).open(QIODevice::WriteOnly)); // created, but without tables yet
    QCOMPARE(reader.count({}).value(), 0);
    HistoryWriter writer(file, 0, Clock::system());
    writer.append(call(1));
    writer.flush();
    QCOMPARE(reader.count({}).value(), 1);
}

void TestHistoryReader::filtersSelect_data()
{
    QTest::addColumn<CallFilter>("filter");
    QTest::addColumn<int>("expected");
    const auto row = [](const char *name, const std::function<void(CallFilter &)> &set,
                        int expected) {
        CallFilter filter;
        set(filter);
        QTest::newRow(name) << filter << expected;
    };
    row(
        "none", [](CallFilter &) {}, 100);
    row(
        "a client", [](CallFilter &f) { f.client = ClientId{u"c1"_s}; }, 50);
    row(
        "a grant", [](CallFilter &f) { f.grant = GrantId{u"g0"_s}; }, 34);
    row(
        "an unknown grant", [](CallFilter &f) { f.grant = GrantId{u"g9"_s}; }, 0);
    row(
        "a tool", [](CallFilter &f) { f.tool = u"add"_s; }, 25);
    row(
        "what went well", [](CallFilter &f) { f.outcome = Outcome::Ok; }, 70);
    row(
        "errors", [](CallFilter &f) { f.outcome = Outcome::Error; }, 10);
    row(
        "denials", [](CallFilter &f) { f.outcome = Outcome::Denied; }, 10);
    row(
        "cancellations", [](CallFilter &f) { f.outcome = Outcome::Cancelled; }, 10);
    row(
        "a time", [](CallFilter &f) { f.from = kStart + 90'000; }, 10);
    row(
        "a client's errors",
        [](CallFilter &f) {
            f.client = ClientId{u"c1"_s};
            f.outcome = Outcome::Error;
        },
        10);
    row(
        "everything at once",
        [](CallFilter &f) {
            f.client = ClientId{u"c1"_s};
            f.grant = GrantId{u"g1"_s};
            f.tool = u"workers_list"_s;
            f.outcome = Outcome::Error;
            f.from = kStart + 1;
            f.text = u"because"_s;
        },
        4); // 7, 37, 67, 97
}

void TestHistoryReader::filtersSelect()
{
    QFETCH(CallFilter, filter);
    QFETCH(int, expected);
    HistoryReader reader(m_file);
    QCOMPARE(reader.calls(filter, 0, 1000).value().size(), expected);
    QCOMPARE(reader.count(filter).value(), expected);
    QCOMPARE(reader.callsSince(filter, 0, 1000).value().size(), expected);
}

void TestHistoryReader::textIsFoundLiterally_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("expected");
    QTest::newRow("in the tool, in any case") << u"ADD"_s << 25;
    QTest::newRow("in the client's name") << u"odd"_s << 50;
    QTest::newRow("in the account's name") << u"Account 42"_s << 1;
    QTest::newRow("in the error") << u"because of 77"_s << 1;
    QTest::newRow("in the arguments") << u"arg-33-"_s << 1;
    QTest::newRow("in the result") << u"result-8-"_s << 1;
    QTest::newRow("beyond ASCII") << u"Größe"_s << 100;
    QTest::newRow("a percent sign is one") << u"100%"_s << 100;
    QTest::newRow("a percent sign is no wildcard") << u"r%lt"_s << 0;
    QTest::newRow("an underscore is no wildcard") << u"a_d"_s << 0;
    QTest::newRow("a backslash is one") << u"\\"_s << 100;
    QTest::newRow("a quote does no harm") << u"' OR 1=1 --"_s << 0;
}

void TestHistoryReader::textIsFoundLiterally()
{
    QFETCH(QString, text);
    QFETCH(int, expected);
    CallFilter filter;
    filter.text = text;
    QCOMPARE(HistoryReader(m_file).calls(filter, 0, 1000).value().size(), expected);
}

void TestHistoryReader::pagesAreNewestFirstAndSeamless()
{
    HistoryReader reader(m_file);
    QList<qint64> ids;
    qint64 before = 0;
    for (;;) {
        const QList<CallRecord> page = reader.calls({}, before, 7).value();
        if (page.isEmpty())
            break;
        for (const CallRecord &call : page)
            ids << call.id;
        before = ids.constLast();
    }
    QCOMPARE(ids.size(), kCalls);
    for (int i = 0; i < kCalls; ++i)
        QCOMPARE(ids[i], kCalls - i);
}

void TestHistoryReader::listsLeaveOutTheBigColumns()
{
    const CallRecord listed = HistoryReader(m_file).calls({}, 7, 1).value().constFirst();
    CallRecord expected = call(5);
    expected.id = 6;
    expected.arguments.clear();
    expected.result.clear();
    QCOMPARE(listed, expected);
}

void TestHistoryReader::oneCallIsComplete()
{
    HistoryReader reader(m_file);
    for (const int number : {0, 5, 7, 8, 9}) {
        CallRecord expected = call(number);
        expected.id = number + 1;
        QCOMPARE(reader.call(number + 1).value(), std::optional(expected));
    }
    QVERIFY(!reader.call(kCalls + 1).value());
}

void TestHistoryReader::callsSinceAreTheNewerOnes()
{
    HistoryReader reader(m_file);
    const QList<CallRecord> newer = reader.callsSince({}, 97, 10).value();
    QCOMPARE(newer.size(), 3);
    QCOMPARE(newer[0].id, 100);
    QCOMPARE(newer[2].id, 98);
    QCOMPARE(reader.callsSince({}, 0, 2).value().constFirst().id, 100);
    QVERIFY(reader.callsSince({}, 100, 10).value().isEmpty());
}

void TestHistoryReader::callsAfterAreTheNextOnes()
{
    HistoryReader reader(m_file);
    const QList<CallRecord> next = reader.callsAfter(10, 3).value();
    QCOMPARE(next.size(), 3);
    QCOMPARE(next.constFirst().id, 11);
    QCOMPARE(next.constLast().id, 13);
    QVERIFY(reader.callsAfter(100, 3).value().isEmpty());
}

void TestHistoryReader::totalsCountAndRank()
{
    HistoryReader reader(m_file);
    const store::CallTotals all = reader.totals(0).value();
    QCOMPARE(all.calls, 100);
    QCOMPARE(all.errors, 10);
    QCOMPARE(all.denied, 10);
    QCOMPARE(all.p50Us, 5100);
    QCOMPARE(all.p95Us, 9500);
    const store::CallTotals last = reader.totals(kStart + 99'000).value();
    QCOMPARE(last.calls, 1);
    QCOMPARE(last.p50Us, 10'000);
    QCOMPARE(last.p95Us, 10'000);
    QCOMPARE(reader.totals(kStart + 100'000).value().p95Us, 0);
}

void TestHistoryReader::minutesCountAnswers()
{
    const QList<store::MinuteCount> minutes = HistoryReader(m_file).perMinute(0).value();
    QCOMPARE(minutes.size(), 2);
    QCOMPARE(minutes[0].minute, kStart);
    QCOMPARE(minutes[0].ok, 42);
    QCOMPARE(minutes[0].failed, 6);
    QCOMPARE(minutes[0].denied, 6);
    QCOMPARE(minutes[1].minute, kStart + 60'000);
    QCOMPARE(minutes[1].ok, 28);
}

void TestHistoryReader::callsAreCountedByGrantAndClient()
{
    HistoryReader reader(m_file);
    QCOMPARE(reader.callsByGrant(0).value(),
             (QHash<QString, qint64>{{u"g0"_s, 34}, {u"g1"_s, 33}, {u"g2"_s, 33}}));
    QCOMPARE(reader.callsByClient(kStart + 97'000).value(),
             (QHash<QString, qint64>{{u"c0"_s, 1}, {u"c1"_s, 2}}));
}

void TestHistoryReader::pagesStaySeamlessWhileCallsAreWritten()
{
    const QString file = m_dir.filePath(u"busy.db"_s);
    HistoryWriter writer(file, 0, Clock::system());
    for (int i = 0; i < 1000; ++i)
        writer.append(call(i));
    writer.flush();
    HistoryReader reader(file);
    const qint64 newest = reader.calls({}, 0, 1).value().constFirst().id;
    qint64 expected = newest;
    for (int page = 0; page < 20; ++page) {
        for (int i = 0; i < 300; ++i)
            writer.append(call(i));
        const auto read = reader.calls({}, expected + 1, 50);
        QVERIFY(read);
        for (const CallRecord &call : *read)
            QCOMPARE(call.id, expected--);
    }
    QCOMPARE(expected, 0);
    writer.flush();
    QCOMPARE(reader.count({}).value(), 7000);
}

void TestHistoryReader::aDamagedFileIsAnError()
{
    const QString name = m_dir.filePath(u"damaged.db"_s);
    QFile file(name);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(5000, '\x5a'));
    file.close();
    HistoryReader reader(name);
    const auto calls = reader.calls({}, 0, 10);
    QVERIFY(!calls);
    QVERIFY(calls.error().message.contains(name));
    QVERIFY(!reader.totals(0));
}

FLAREDECK_TEST(TestHistoryReader)

} // namespace tst_historyreader

#include "tst_historyreader.moc"
