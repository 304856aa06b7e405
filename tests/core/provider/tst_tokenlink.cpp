#include "core/provider/scopes.h"
#include "core/provider/tokenlink.h"
#include "tests/support/testcase.h"

#include <QTest>
#include <QUrlQuery>

namespace tst_tokenlink {

using namespace flaredeck;
using namespace flaredeck::provider;
using namespace Qt::Literals::StringLiterals;

class TestTokenLink : public QObject
{
    Q_OBJECT

private slots:
    void asksForExactlyWhatIsNeeded_data();
    void asksForExactlyWhatIsNeeded();
    void anAccountsTokenIsMadeElsewhere();
    void everyRightHasAKey();
    void presets();
    void shapes_data();
    void shapes();
};

void TestTokenLink::asksForExactlyWhatIsNeeded_data()
{
    QTest::addColumn<ScopeSet>("wanted");
    QTest::addColumn<QString>("keys");
    QTest::addColumn<QStringList>("unconfirmed");
    const QString always = uR"({"key":"account_settings","type":"read"},)"
                           uR"({"key":"user_details","type":"read"})"_s;
    QTest::newRow("nothing but what every token needs")
        << ScopeSet{} << u"[%1]"_s.arg(always) << QStringList{};
    QTest::newRow("one documented key")
        << ScopeSet{u"kv:read"_s}
        << u"[%1,%2]"_s.arg(always, uR"({"key":"workers_kv_storage","type":"read"})"_s)
        << QStringList{};
    QTest::newRow("an edit includes the read")
        << ScopeSet{u"kv:read"_s, u"kv:write"_s}
        << u"[%1,%2]"_s.arg(always, uR"({"key":"workers_kv_storage","type":"edit"})"_s)
        << QStringList{};
    QTest::newRow("a derived key is told")
        << ScopeSet{u"builds:read"_s}
        << u"[%1,%2]"_s.arg(always, uR"({"key":"workers_ci","type":"read"})"_s)
        << QStringList{u"workers-ci.read"_s};
    QTest::newRow("what is no scope asks for nothing")
        << ScopeSet{u"nothing:read"_s} << u"[%1]"_s.arg(always) << QStringList{};
}

void TestTokenLink::asksForExactlyWhatIsNeeded()
{
    QFETCH(ScopeSet, wanted);
    QFETCH(QString, keys);
    QFETCH(QStringList, unconfirmed);
    const TokenLink link = tokenLink(facts(), wanted, TokenOwnedBy::Person);
    const QUrlQuery query(link.url);
    QCOMPARE(query.queryItemValue(u"permissionGroupKeys"_s, QUrl::FullyDecoded), keys);
    QCOMPARE(query.queryItemValue(u"accountId"_s), u"*"_s);
    QCOMPARE(query.queryItemValue(u"zoneId"_s), u"all"_s);
    QCOMPARE(query.queryItemValue(u"name"_s), u"Flaredeck"_s);
    QCOMPARE(link.url.host(), u"dash.cloudflare.com"_s);
    QCOMPARE(link.url.path(), u"/profile/api-tokens"_s);
    QCOMPARE(link.unconfirmed, unconfirmed);
    QVERIFY(link.missing.isEmpty());
    // A page that decodes once must not see a separator that was not one.
    QVERIFY(!link.url.query(QUrl::FullyEncoded).contains(u'"'));
}

void TestTokenLink::anAccountsTokenIsMadeElsewhere()
{
    const TokenLink link = tokenLink(facts(), {u"kv:read"_s}, TokenOwnedBy::Account);
    const QString query = link.url.query(QUrl::FullyEncoded);
    QVERIFY2(query.startsWith(u"to=/:account/api-tokens&permissionGroupKeys="_s),
             qPrintable(query));
    QVERIFY(query.endsWith(u"&name=Flaredeck"_s));
    for (const QString &notTaken : {u"accountId"_s, u"zoneId"_s, u"user_details"_s})
        QVERIFY2(!query.contains(notTaken), qPrintable(notTaken));
    QCOMPARE(tokenLink(Facts(), {}, TokenOwnedBy::Person).url, QUrl());
}

void TestTokenLink::everyRightHasAKey()
{
    QVERIFY(tokenLink(facts(), scopes::all(), TokenOwnedBy::Person).missing.isEmpty());
    Facts poorer = facts();
    poorer.apiTokens.rights.removeIf([](const TokenRight &right) { return right.key == "d1"_L1; });
    QCOMPARE(tokenLink(poorer, {u"d1:write"_s}, TokenOwnedBy::Person).missing,
             QStringList{u"d1.write"_s});
}

void TestTokenLink::presets()
{
    const ScopeSet read = scopesOf(facts(), Reach::ReadOnly);
    const ScopeSet change = scopesOf(facts(), Reach::ReadAndChange);
    QVERIFY(read.contains(scopes::kBaseline) && read.contains(u"kv:read"_s));
    QVERIFY(!read.contains(u"kv:write"_s) && change.contains(u"kv:write"_s));
    const QString keys = tokenLink(facts(), read, TokenOwnedBy::Person).url.toString();
    QVERIFY2(!keys.contains(u"edit"_s) && !keys.contains(u"run"_s), qPrintable(keys));
    for (const QString &scope : read)
        QVERIFY2(change.contains(scope), qPrintable(scope));
}

void TestTokenLink::shapes_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("fits");
    QTest::newRow("a user's") << u"cfut_"_s + QString(44, u'a') << true;
    QTest::newRow("an account's, with spaces around")
        << u" cfat_"_s + QString(44, u'a') + u'\n' << true;
    QTest::newRow("an old one") << QString(40, u'x') << true;
    QTest::newRow("a global key") << u"cfk_"_s + QString(44, u'a') << false;
    QTest::newRow("a sentence") << u"This is a sentence that has forty letters."_s << false;
    QTest::newRow("too short") << u"cfut_abc"_s << false;
    QTest::newRow("nothing") << QString() << false;
}

void TestTokenLink::shapes()
{
    QFETCH(QString, text);
    QTEST(isTokenShaped(facts(), text), "fits");
}

FLAREDECK_TEST(TestTokenLink)

} // namespace tst_tokenlink

#include "tst_tokenlink.moc"
