#include "core/tools/accountchoice.h"

#include "tests/core/provider/comparejson.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_accountchoice {

using namespace flaredeck;
using namespace flaredeck::tools;
using namespace Qt::Literals::StringLiterals;

class TestAccountChoice : public QObject
{
    Q_OBJECT

private slots:
    void chooses_data();
    void chooses();
    void aNameOfTwoIsNone();
    void anIdGoesBeforeAName();
    void listsTheAccountsToChooseFrom();
};

void TestAccountChoice::chooses_data()
{
    QTest::addColumn<int>("reachable");
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QString>("argument"); // null = not given
    QTest::addColumn<QString>("active");
    QTest::addColumn<QString>("chosen"); // empty = refused
    const QByteArray none;
    const QString no;
    QTest::newRow("one account settles it") << 1 << none << no << no << u"a1"_s;
    QTest::newRow("one account wins over an active one that is gone")
        << 1 << none << no << u"x"_s << u"a1"_s;
    QTest::newRow("one account does not stand in for another in the header")
        << 1 << QByteArray("x") << no << no << no;
    QTest::newRow("one account does not stand in for another in the argument")
        << 1 << none << u"x"_s << no << no;
    QTest::newRow("the header chooses") << 2 << QByteArray("a2") << no << no << u"a2"_s;
    QTest::newRow("the header wins over the argument")
        << 2 << QByteArray("a2") << u"a1"_s << no << u"a2"_s;
    QTest::newRow("a wrong header is an error, whatever the argument says")
        << 2 << QByteArray("x") << u"a1"_s << no << no;
    QTest::newRow("the argument chooses") << 2 << none << u"a2"_s << no << u"a2"_s;
    QTest::newRow("the argument wins over the active account")
        << 2 << none << u"a2"_s << u"a1"_s << u"a2"_s;
    QTest::newRow("a wrong argument is an error, whatever is active")
        << 2 << none << u"x"_s << u"a1"_s << no;
    QTest::newRow("the argument may be a name") << 2 << none << u" N2\n"_s << no << u"a2"_s;
    QTest::newRow("the header may be a name") << 2 << QByteArray("n2") << no << no << u"a2"_s;
    QTest::newRow("a part of a name is none") << 2 << none << u"n"_s << no << no;
    QTest::newRow("the active account chooses") << 2 << none << no << u"a2"_s << u"a2"_s;
    QTest::newRow("an active account that is gone is an error") << 2 << none << no << u"x"_s << no;
    QTest::newRow("nothing chooses") << 2 << none << no << no << no;
    QTest::newRow("no account at all") << 0 << QByteArray("a1") << u"a1"_s << u"a1"_s << no;
}

void TestAccountChoice::chooses()
{
    QFETCH(int, reachable);
    QFETCH(QByteArray, header);
    QFETCH(QString, argument);
    QFETCH(QString, active);
    QList<AccountRef> accounts;
    for (int i = 1; i <= reachable; ++i)
        accounts << AccountRef{u"a%1"_s.arg(i), u"n%1"_s.arg(i)};
    AccountHints hints{header, {}, active};
    if (!argument.isNull())
        hints.argument = argument;
    const auto account = chooseAccount(accounts, hints);
    QTEST(account ? account->id : QString(), "chosen");
    if (!account) {
        QVERIFY(!account.error().message.isEmpty());
        QVERIFY(!account.error().action.isEmpty());
    }
}

void TestAccountChoice::aNameOfTwoIsNone()
{
    const QList<AccountRef> accounts{{u"a1"_s, u"Same"_s}, {u"a2"_s, u"same"_s}};
    const auto account = chooseAccount(accounts, {{}, u"Same"_s, {}});
    QVERIFY(!account);
    QCOMPARE(account.error().kind, Error::Kind::Denied);
}

/// Names are chosen by their owners, and one may look like an id.
void TestAccountChoice::anIdGoesBeforeAName()
{
    const QList<AccountRef> accounts{{u"a1"_s, u"a2"_s}, {u"a2"_s, u"a1"_s}};
    QCOMPARE(chooseAccount(accounts, {{}, u"a2"_s, {}})->id, u"a2"_s);
}

void TestAccountChoice::listsTheAccountsToChooseFrom()
{
    const Json problem = *json::parse(
        accountProblem({Error::Kind::Denied, u"m"_s, u"a"_s}, {{u"a1"_s, u"One"_s}}).toUtf8());
    COMPARE_JSON(problem,
                 (Json{{"error", "m"},
                       {"action", "a"},
                       {"available_accounts", Json::array({{{"id", "a1"}, {"name", "One"}}})}}));
}

FLAREDECK_TEST(TestAccountChoice)

} // namespace tst_accountchoice

#include "tst_accountchoice.moc"
