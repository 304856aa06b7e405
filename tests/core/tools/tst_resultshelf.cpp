#include "core/tools/resultshelf.h"

#include "tests/support/manualclock.h"
#include "tests/support/testcase.h"

namespace tst_resultshelf {

using namespace flaredeck;
using namespace flaredeck::test;
using namespace Qt::Literals::StringLiterals;
using tools::RestPages;
using tools::ResultShelf;

namespace {

const GrantId kGrant{u"g1"_s};
const GrantId kOther{u"g2"_s};

RestPages pagesOf(const QByteArrayList &texts)
{
    RestPages pages;
    for (const QByteArray &text : texts)
        pages << tools::RestPage{u"text/plain"_s, text, u"About it."_s};
    return pages;
}

RestPages large(qint64 bytes)
{
    return pagesOf({QByteArray(bytes - 64, 'x')});
}

} // namespace

class TestResultShelf : public QObject
{
    Q_OBJECT

private slots:
    void pagesAreReadOneByOne();
    void addressesThatNameNothing_data();
    void addressesThatNameNothing();
    void anotherGrantFindsNothing();
    void itEndsWithItsGrant();
    void itEndsAfterAnHour();
    void whatIsTooLargeIsNotKept();
    void theOldestMakesRoom();

private:
    [[nodiscard]] bool has(ResultShelf &shelf, const std::optional<QString> &uri)
    {
        return shelf.read(uri.value_or(QString()), kGrant).has_value();
    }
    ManualClock m_clock;
};

void TestResultShelf::pagesAreReadOneByOne()
{
    ResultShelf shelf(m_clock);
    const auto uri = shelf.keep(kGrant, pagesOf({"one", "zw\xc3\xb6lf", "three"}));
    QVERIFY(uri);
    QVERIFY(ResultShelf::isResult(*uri));
    const QStringList texts{u"one"_s, u"zwölf"_s, u"three"_s};
    QString at = *uri;
    for (int page = 1; page <= 3; ++page) {
        const auto parts = shelf.read(at, kGrant);
        QVERIFY(parts);
        QCOMPARE(parts->size(), 2);
        QCOMPARE(parts->first().uri, at);
        QCOMPARE(parts->first().text, texts.at(page - 1));
        at = *uri + u"?page=%1"_s.arg(page + 1);
        const QString &words = parts->last().text;
        QVERIFY2(words.startsWith(u"Page %1 of 3. About it."_s.arg(page)), qPrintable(words));
        QCOMPARE(words.contains(at), page < 3);
    }
    QCOMPARE(shelf.read(*uri + u"?page=1"_s, kGrant)->first().text, u"one"_s);
    // What clients are told to fill in is such an address.
    QString filled = ResultShelf::described().uriTemplate;
    filled.replace("{id}"_L1, uri->mid(uri->lastIndexOf(u'/') + 1)).replace("{page}"_L1, "2"_L1);
    QCOMPARE(shelf.read(filled, kGrant)->first().text, texts.at(1));
}

void TestResultShelf::addressesThatNameNothing_data()
{
    QTest::addColumn<QString>("behind");
    for (const char *behind : {"?page=0", "?page=3", "?page=-1", "?page=", "?page=1x", "?page=1\n",
                               "?page=99999999999999999999", "?pages=1", "/", "0", "#x"})
        QTest::newRow(behind) << QString::fromLatin1(behind);
}

void TestResultShelf::addressesThatNameNothing()
{
    QFETCH(const QString, behind);
    ResultShelf shelf(m_clock);
    const auto uri = shelf.keep(kGrant, pagesOf({"one", "two"}));
    const auto parts = shelf.read(*uri + behind, kGrant);
    QVERIFY(!parts);
    QCOMPARE(parts.error().kind, Error::Kind::NotFound);
}

void TestResultShelf::anotherGrantFindsNothing()
{
    ResultShelf shelf(m_clock);
    const auto uri = shelf.keep(kGrant, pagesOf({"one"}));
    const auto foreign = shelf.read(*uri, kOther);
    QVERIFY(!foreign);
    shelf.dropGrant(kGrant);
    const auto gone = shelf.read(*uri, kOther);
    QVERIFY(!gone);
    QCOMPARE(foreign.error(), gone.error()); // it learns nothing
}

void TestResultShelf::itEndsWithItsGrant()
{
    ResultShelf shelf(m_clock);
    const auto mine = shelf.keep(kGrant, pagesOf({"one"}));
    const auto others = shelf.keep(kOther, pagesOf({"two"}));
    shelf.dropGrant(kGrant);
    QVERIFY(!has(shelf, mine));
    QVERIFY(shelf.read(*others, kOther));
    shelf.dropGrant(kOther);
    QCOMPARE(shelf.bytes(), 0);
}

void TestResultShelf::itEndsAfterAnHour()
{
    ResultShelf shelf(m_clock);
    const auto first = shelf.keep(kGrant, pagesOf({"one"}));
    m_clock.advance(kHour - kMinute);
    m_clock.set(kDay); // the wall clock does not count
    const auto second = shelf.keep(kGrant, pagesOf({"two"}));
    QVERIFY(has(shelf, first));
    m_clock.advance(kMinute);
    QVERIFY(!has(shelf, first));
    QVERIFY(has(shelf, second));
    m_clock.advance(kHour);
    QVERIFY(!has(shelf, second));
    QCOMPARE(shelf.bytes(), 0);
}

void TestResultShelf::whatIsTooLargeIsNotKept()
{
    ResultShelf shelf(m_clock);
    QVERIFY(shelf.keep(kGrant, large(ResultShelf::kMaxResultBytes)));
    const qint64 before = shelf.bytes();
    QVERIFY(!shelf.keep(kGrant, large(ResultShelf::kMaxResultBytes + 65)));
    QCOMPARE(shelf.bytes(), before);
}

void TestResultShelf::theOldestMakesRoom()
{
    ResultShelf shelf(m_clock);
    QList<std::optional<QString>> uris;
    for (int i = 0; i < 6; ++i) {
        uris << shelf.keep(kGrant, large(ResultShelf::kMaxResultBytes));
        QVERIFY(uris.last());
        QVERIFY(shelf.bytes() <= ResultShelf::kMaxBytes);
    }
    QVERIFY(!has(shelf, uris.at(0)));
    QVERIFY(!has(shelf, uris.at(1)));
    for (int i = 2; i < 6; ++i)
        QVERIFY(has(shelf, uris.at(i)));
}

FLAREDECK_TEST(TestResultShelf)

} // namespace tst_resultshelf

#include "tst_resultshelf.moc"
