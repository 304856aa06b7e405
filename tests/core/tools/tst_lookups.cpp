#include "core/tools/lookups.h"

#include "core/tools/nearest.h"
#include "tests/core/tools/cataloguesetup.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_lookups {

using namespace flaredeck;
using namespace flaredeck::test;
using namespace Qt::Literals::StringLiterals;

namespace {

const QByteArray kZones = "/client/v4/zones";
const QString kMine = u"0123456789abcdef0123456789abcdef"_s;
const QString kOther = u"fedcba9876543210fedcba9876543210"_s;

Json zone(const QString &id, const QString &name, const char *account)
{
    return {{"id", id}, {"name", name}, {"account", {{"id", account}}}};
}

} // namespace

/// Zones by name and id, and only those of the caller's accounts.
class TestLookups : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void anIdIsFound();
    void aNameIsFound();
    void aNameIsSentAsItIs();
    void anotherAccountsZoneIsNotThere_data();
    void anotherAccountsZoneIsNotThere();
    void refusalsTellNothing();
    void theNearestNamesAreTold();
    void namesOfOtherAccountsAreNotTold();
    void whatIsKnownIsNotAskedAgain();
    void whatOneCallerFoundIsNotAnothers();
    void aNameInTwoAccountsIsEachCallersOwn();
    void signInsAreToldApart();
    void whatFailedIsAskedAgain();
    void emptyTextIsRefused();
    void cloudflaresErrorsPass();
    void anOddAnswerIsNotFound();
    void nearestNames_data();
    void nearestNames();

private:
    Result<QString> find(const QString &value, const CallerPtr &caller = CatalogueSetup::caller())
    {
        auto call = std::make_shared<tools::Invocation>();
        call->caller = caller;
        call->context = m_setup->context(caller);
        call->trace = std::make_shared<QList<store::UpstreamRequest>>();
        return QCoro::waitFor(m_lookups->idOf(call, u"zones"_s, u"zone_id"_s, value));
    }
    [[nodiscard]] qsizetype asked() const { return m_setup->upstream.seen.size(); }
    void knowById(const Json &zone)
    {
        m_setup->upstream.on(kZones + '/' + json::toQString(zone.at("id")).toLatin1(),
                             enveloped(zone));
    }
    void list(const Json &zones) { m_setup->upstream.on(kZones, enveloped(zones)); }

    std::unique_ptr<CatalogueSetup> m_setup;
    std::unique_ptr<tools::Lookups> m_lookups;
};

void TestLookups::init()
{
    m_lookups.reset();
    m_setup = std::make_unique<CatalogueSetup>();
    m_lookups = std::make_unique<tools::Lookups>(
        std::make_shared<tools::Upstream>(m_setup->client, m_setup->clock));
}

void TestLookups::anIdIsFound()
{
    knowById(zone(kMine, u"example.com"_s, "a1"));
    const auto id = find(u' ' + kMine + u'\n');
    QVERIFY2(id, id ? "" : qPrintable(id.error().text()));
    QCOMPARE(*id, kMine);
}

void TestLookups::aNameIsFound()
{
    list(Json::array({zone(kMine, u"example.com"_s, "a1")}));
    const auto id = find(u"Example.COM"_s);
    QVERIFY2(id, id ? "" : qPrintable(id.error().text()));
    QCOMPARE(*id, kMine);
    QCOMPARE(m_setup->upstream.last(kZones)->query, QByteArray("name=Example.COM"));
}

void TestLookups::aNameIsSentAsItIs()
{
    list(Json::array());
    QVERIFY(!find(u"a&account.id=x#+%41"_s));
    QCOMPARE(m_setup->upstream.seen.first()->query,
             QByteArray("name=a%26account.id%3Dx%23%2B%2541"));
}

void TestLookups::anotherAccountsZoneIsNotThere_data()
{
    QTest::addColumn<QString>("named");
    QTest::newRow("by id") << kOther;
    QTest::newRow("by name") << u"other.example"_s;
}

/// The sign-in reaches it, the grant does not.
void TestLookups::anotherAccountsZoneIsNotThere()
{
    QFETCH(QString, named);
    const Json other = zone(kOther, u"other.example"_s, "a2");
    knowById(other);
    list(Json::array({other}));
    const auto refused = find(named);
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, Error::Kind::NotFound);
    QVERIFY2(refused.error().message.contains(u"This connection reaches no zone "_s + named),
             qPrintable(refused.error().message));
    // Whose grant holds both accounts finds it.
    const auto found = find(named, CatalogueSetup::caller(kTwo));
    QVERIFY2(found, found ? "" : qPrintable(found.error().text()));
    QCOMPARE(*found, kOther);
    // And that does not help the first one.
    QVERIFY(!find(named));
}

/// Whether there is such a zone elsewhere is nobody's business.
void TestLookups::refusalsTellNothing()
{
    knowById(zone(kOther, u"other.example"_s, "a2"));
    const auto elsewhere = find(kOther);
    m_setup->upstream.on(kZones + '/' + kMine.toLatin1(), refused(404, 1001, "Invalid zone"));
    const auto nowhere = find(kMine);
    QVERIFY(!elsewhere && !nowhere);
    QCOMPARE(elsewhere.error().kind, nowhere.error().kind);
    QCOMPARE(elsewhere.error().text().replace(kOther, kMine), nowhere.error().text());
}

void TestLookups::theNearestNamesAreTold()
{
    list(Json::array());
    list(Json::array({zone(u"z1"_s, u"example.org"_s, "a1"), zone(u"z2"_s, u"exmaple.com"_s, "a1"),
                      zone(u"z3"_s, u"nothing-like-it.dev"_s, "a1")}));
    const auto missed = find(u"example.com"_s);
    QVERIFY(!missed);
    QCOMPARE(missed.error().action, u"The nearest names are: exmaple.com, example.org."_s);
}

void TestLookups::namesOfOtherAccountsAreNotTold()
{
    list(Json::array({zone(kOther, u"example.com"_s, "a2")}));
    list(
        Json::array({zone(kOther, u"example.com"_s, "a2"), zone(u"z2"_s, u"example.org"_s, "a2")}));
    const auto missed = find(u"example.com"_s);
    QVERIFY(!missed);
    QVERIFY2(!missed.error().action.contains(u"example"_s), qPrintable(missed.error().action));
}

void TestLookups::whatIsKnownIsNotAskedAgain()
{
    list(Json::array({zone(kMine, u"example.com"_s, "a1")}));
    QVERIFY(find(u"example.com"_s));
    QVERIFY(find(u" EXAMPLE.com"_s));
    QCOMPARE(asked(), 1);
    m_setup->clock.advance(5 * kMinute);
    QVERIFY(find(u"example.com"_s));
    QCOMPARE(asked(), 2);
}

void TestLookups::whatOneCallerFoundIsNotAnothers()
{
    const Json other = zone(kOther, u"other.example"_s, "a2");
    knowById(other);
    list(Json::array({other}));
    const QList<AccountRef> second{{u"a2"_s, u"Two"_s}};
    for (const QString &named : {kOther, u"other.example"_s}) {
        QVERIFY(find(named, CatalogueSetup::caller(second)));
        QVERIFY(!find(named));
        QVERIFY(!find(named, CatalogueSetup::caller({})));
    }
}

void TestLookups::aNameInTwoAccountsIsEachCallersOwn()
{
    list(Json::array({zone(kMine, u"example.com"_s, "a1"), zone(kOther, u"example.com"_s, "a2")}));
    const QList<AccountRef> second{{u"a2"_s, u"Two"_s}};
    const auto first = find(u"example.com"_s);
    QVERIFY(first);
    QCOMPARE(*first, kMine);
    const auto other = find(u"example.com"_s, CatalogueSetup::caller(second));
    QVERIFY2(other, other ? "" : qPrintable(other.error().text()));
    QCOMPARE(*other, kOther);
}

void TestLookups::signInsAreToldApart()
{
    list(Json::array({zone(kMine, u"example.com"_s, "a1")}));
    QVERIFY(find(u"example.com"_s));
    CallerIdentity another = *CatalogueSetup::caller();
    another.login = LoginId{u"login-2"_s};
    // It has no tokens: nothing that the first one learned is an answer for it.
    QVERIFY(!find(u"example.com"_s, std::make_shared<CallerIdentity>(another)));
}

void TestLookups::whatFailedIsAskedAgain()
{
    m_setup->upstream.on(kZones + '/' + kMine.toLatin1(), refused(404, 1001, "Invalid zone"));
    knowById(zone(kMine, u"example.com"_s, "a1"));
    QVERIFY(!find(kMine));
    QVERIFY(find(kMine));
}

void TestLookups::emptyTextIsRefused()
{
    for (const QString &empty : {QString(), u" \n"_s}) {
        const auto refused = find(empty);
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, Error::Kind::InvalidInput);
        QVERIFY2(refused.error().message.contains(u"zone_id"_s) &&
                     refused.error().message.contains(u"zone"_s),
                 qPrintable(refused.error().message));
    }
    QCOMPARE(asked(), 0);
}

void TestLookups::cloudflaresErrorsPass()
{
    list(Json::array());
    m_setup->upstream.script.clear();
    m_setup->upstream.on(kZones, refused(403, 10000, "Authentication error"));
    const auto refusal = find(u"example.com"_s);
    QVERIFY(!refusal);
    QVERIFY2(refusal.error().text().contains(u"Authentication error"_s),
             qPrintable(refusal.error().text()));
}

void TestLookups::anOddAnswerIsNotFound()
{
    for (const Json &odd : {Json(7), Json("x"), Json(), Json::array({1, nullptr, "x"}),
                            Json{{"id", 7}}, Json::array({Json{{"name", "example.com"}}})}) {
        init();
        list(odd);
        m_setup->upstream.on(kZones + '/' + kMine.toLatin1(), enveloped(odd));
        QVERIFY(!find(u"example.com"_s));
        QVERIFY(!find(kMine));
    }
}

void TestLookups::nearestNames_data()
{
    QTest::addColumn<QString>("wanted");
    QTest::addColumn<QStringList>("names");
    QTest::addColumn<QStringList>("nearest");
    const QStringList names{u"shop.example"_s, u"blog.example"_s, u"example"_s, u"other.test"_s};
    QTest::newRow("one letter") << u"shap.example"_s << names
                                << QStringList{u"example"_s, u"shop.example"_s, u"blog.example"_s};
    QTest::newRow("a part") << u"shop"_s << names << QStringList{u"shop.example"_s};
    QTest::newRow("the case does not matter")
        << u"OTHER.TEST"_s << names << QStringList{u"other.test"_s};
    QTest::newRow("nothing like it") << u"zzzzzz"_s << names << QStringList();
    QTest::newRow("none to choose from") << u"shop"_s << QStringList() << QStringList();
    QTest::newRow("five at most, each once")
        << u"a"_s << QStringList{u"a1"_s, u"a1"_s, u"a2"_s, u"a3"_s, u"a4"_s, u"a5"_s, u"a6"_s}
        << QStringList{u"a1"_s, u"a2"_s, u"a3"_s, u"a4"_s, u"a5"_s};
    QTest::newRow("a long name") << QString(5000, u'x') << QStringList{QString(4999, u'x')}
                                 << QStringList{QString(4999, u'x')};
}

void TestLookups::nearestNames()
{
    QFETCH(QString, wanted);
    QFETCH(QStringList, names);
    QTEST(tools::nearest(wanted, names), "nearest");
}

FLAREDECK_TEST(TestLookups)

} // namespace tst_lookups

#include "tst_lookups.moc"
