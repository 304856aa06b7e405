#include "core/provider/scopes.h"
#include "core/tools/upstreamrights.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_upstreamrights {

using namespace flaredeck;
using namespace flaredeck::tools;
using namespace Qt::Literals::StringLiterals;

namespace {

using Rights = std::optional<UpstreamRights>;

} // namespace

class TestUpstreamRights : public QObject
{
    Q_OBJECT

private slots:
    void aRefusalIsExplained_data();
    void aRefusalIsExplained();
    void otherFailuresStayAsTheyAre();
    void aTokenThatWasTriedIsNotAskedAgain();
};

void TestUpstreamRights::aRefusalIsExplained_data()
{
    QTest::addColumn<QString>("words");
    QTest::addColumn<Rights>("rights");
    QTest::addColumn<RefusalReason>("reason");
    QTest::addColumn<QString>("says");
    const QString refusal = u"Cloudflare refused access: Authentication error (code 10000)."_s;
    const UpstreamRights whole{u"ada"_s, scopes::upstreamFor(scopes::all()), false};
    const UpstreamRights narrow{u"ada"_s, {u"user-details.read"_s}, false};
    const UpstreamRights token{u"ada"_s, {}, true};
    const UpstreamRights poorToken{u"ada"_s, {}, true, {u"d1.read"_s}};
    QTest::newRow("the sign-in lacks it")
        << refusal << Rights(narrow) << RefusalReason::Lacks << u"lacks d1.read"_s;
    QTest::newRow("the role does not allow it")
        << refusal << Rights(whole) << RefusalReason::Role << u"signing in again does not help"_s;
    QTest::newRow("the plan") << u"Cloudflare refused access: Upgrade your plan (code 1)."_s
                              << Rights(whole) << RefusalReason::Plan << u"plan"_s;
    QTest::newRow("a token of which nothing is known")
        << refusal << Rights(token) << RefusalReason::TokenOrRole << u"Either the API token"_s;
    QTest::newRow("a token that was tried")
        << refusal << Rights(poorToken) << RefusalReason::Lacks << u"add an API token"_s;
}

void TestUpstreamRights::aRefusalIsExplained()
{
    QFETCH(QString, words);
    QFETCH(Rights, rights);
    QFETCH(QString, says);
    QTEST(reasonOf(words, rights, u"d1:read"_s), "reason");
    const Error explained =
        explainRefusal({Error::Kind::Denied, words, u"Ask somebody."_s}, rights, u"d1:read"_s);
    QCOMPARE(explained.message, words);
    QVERIFY2(explained.action.contains(says), qPrintable(explained.action));
}

void TestUpstreamRights::otherFailuresStayAsTheyAre()
{
    const Error gone =
        explainRefusal({Error::Kind::NotFound, u"Nothing there."_s, u"Look."_s}, {}, u"d1:read"_s);
    QCOMPARE(gone.action, u"Look."_s);
    QCOMPARE(reasonOf(u"No"_s, UpstreamRights{u"ada"_s, {u"x.read"_s}, false}, u"mcp:read"_s),
             RefusalReason::NoRight);
}

void TestUpstreamRights::aTokenThatWasTriedIsNotAskedAgain()
{
    const UpstreamRights token{u"ada"_s, {}, true, {u"d1.read"_s}};
    QVERIFY(upstreamLack(token, u"d1:read"_s));
    QVERIFY(!upstreamLack(token, u"d1:write"_s)); // of what changes nothing is known
    QVERIFY(!upstreamLack(token, u"kv:read"_s));
}

FLAREDECK_TEST(TestUpstreamRights)

} // namespace tst_upstreamrights

#include "tst_upstreamrights.moc"
