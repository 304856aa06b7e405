#include "tests/support/testcase.h"
#include "tests/ui/pagetest.h"
#include "ui/pages/grantspage.h"
#include "ui/widgets/badges.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/datatable.h"

#include <QCheckBox>
#include <QDialog>
#include <QLabel>
#include <QPointer>
#include <QTest>

#include <algorithm>

namespace tst_grantspage {

using namespace flaredeck;
using namespace flaredeck::ui;
using namespace Qt::StringLiterals;

/// What is taken back on the page Grants, after the confirmation where there is one.
class TestGrantsPage : public QObject
{
    Q_OBJECT

private slots:
    void revokeAsksAndThenRevokes();
    void aRevokeThatIsNotSavedIsTold();
    void revokeAllIsOneCommand();
    void aSwitchWithdrawsOneScope();
    void aSwitchWithdrawsOneAccount();
    void theLastAccessOffersToSignOut();
    void everythingCanBeTakenBackWithTheKey();
    void theBaselineCannotBeWithdrawn();
    void escClosesTheDetail();
    void aRevokedGrantLeavesTheTable();

private:
    static ToggleSwitch *switchNamed(const QWidget &page, const QString &text);
};

void TestGrantsPage::revokeAsksAndThenRevokes()
{
    PageFixture fixture;
    GrantsPage page(fixture.context);
    page.setSnapshot(PageFixture::busy());
    page.resize(1000, 700);
    page.show();
    auto *table = named<DataTable>(page, u"Grants"_s);
    QVERIFY(table->select(u"g-cursor"_s));
    QTest::mouseClick(button(page, u"Revoke access"_s), Qt::LeftButton);
    answerDialog(page, u"cancel"_s);
    QCOMPARE(fixture.commands.asked, QStringList());

    QTest::mouseClick(button(page, u"Revoke access"_s), Qt::LeftButton);
    answerDialog(page, u"confirm"_s);
    QCOMPARE(fixture.commands.asked, QStringList{u"revoke g-cursor"_s});
}

void TestGrantsPage::aRevokeThatIsNotSavedIsTold()
{
    PageFixture fixture;
    fixture.commands.answer =
        fail(Error::Kind::Storage, u"The disk is full."_s, u"Free some space."_s);
    GrantsPage page(fixture.context);
    page.setSnapshot(PageFixture::busy());
    page.show();
    QTest::mouseClick(button(page, u"Revoke all…"_s), Qt::LeftButton);
    answerDialog(page, u"confirm"_s);
    QPointer<QDialog> dialog;
    QTRY_VERIFY(dialog = page.findChild<QDialog *>());
    QString said;
    for (const QLabel *label : dialog->findChildren<QLabel *>())
        said += label->text() + u'\n';
    QVERIFY2(said.contains(u"Revoked, but not saved yet"_s), qPrintable(said));
    QVERIFY2(said.contains(u"The disk is full. Free some space."_s), qPrintable(said));
}

void TestGrantsPage::revokeAllIsOneCommand()
{
    PageFixture fixture;
    GrantsPage page(fixture.context);
    page.setSnapshot(PageFixture::busy());
    page.show();
    QTest::mouseClick(button(page, u"Revoke all…"_s), Qt::LeftButton);
    answerDialog(page, u"confirm"_s);
    QCOMPARE(fixture.commands.asked, QStringList{u"revoke all signOut"_s});
}

/// The switch whose accessible name contains the text.
ToggleSwitch *TestGrantsPage::switchNamed(const QWidget &page, const QString &text)
{
    for (auto *toggle : page.findChildren<ToggleSwitch *>()) {
        if (toggle->accessibleName().contains(text))
            return toggle;
    }
    return nullptr;
}

void TestGrantsPage::aSwitchWithdrawsOneScope()
{
    PageFixture fixture;
    GrantsPage page(fixture.context);
    page.setSnapshot(PageFixture::busy());
    page.show();
    QVERIFY(named<DataTable>(page, u"Grants"_s)->select(u"g-cursor"_s));
    auto *toggle = switchNamed(page, u"Allow: "_s);
    QVERIFY(toggle);
    toggle->setFocus();
    QTest::keyClick(toggle, Qt::Key_Space);
    QCOMPARE(fixture.commands.asked, QStringList{u"withdrawScope g-cursor workers:read"_s});
}

void TestGrantsPage::aSwitchWithdrawsOneAccount()
{
    PageFixture fixture;
    GrantsPage page(fixture.context);
    const auto shot = PageFixture::busy();
    page.setSnapshot(shot);
    page.show();
    QVERIFY(named<DataTable>(page, u"Grants"_s)->select(u"g-cursor"_s));
    const AccountRef account = shot->grants.at(1).grant.accounts.at(1);
    auto *toggle = switchNamed(page, account.name);
    QVERIFY(toggle);
    QTest::mouseClick(toggle, Qt::LeftButton);
    QCOMPARE(fixture.commands.asked, QStringList{u"withdrawAccount g-cursor "_s + account.id});
}

void TestGrantsPage::theLastAccessOffersToSignOut()
{
    PageFixture fixture;
    GrantsPage page(fixture.context);
    service::Snapshot shot = *PageFixture::busy();
    shot.grants = {shot.grants.at(1)};
    page.setSnapshot(std::make_shared<const service::Snapshot>(shot));
    page.show();
    QVERIFY(named<DataTable>(page, u"Grants"_s)->select(u"g-cursor"_s));
    QTest::mouseClick(button(page, u"Revoke access"_s), Qt::LeftButton);
    QPointer<QDialog> dialog;
    QTRY_VERIFY(dialog = page.findChild<QDialog *>());
    auto *signOut = dialog->findChild<QCheckBox *>();
    QVERIFY(signOut && signOut->isChecked());
    answerDialog(page, u"confirm"_s);
    QCOMPARE(fixture.commands.asked, QStringList{u"revoke g-cursor signOut"_s});

    QTRY_VERIFY(!dialog);
    QTest::mouseClick(button(page, u"Revoke access"_s), Qt::LeftButton);
    QTRY_VERIFY(dialog = page.findChild<QDialog *>());
    dialog->findChild<QCheckBox *>()->setChecked(false);
    answerDialog(page, u"confirm"_s);
    QCOMPARE(fixture.commands.asked.last(), u"revoke g-cursor"_s);
}

void TestGrantsPage::everythingCanBeTakenBackWithTheKey()
{
    PageFixture fixture;
    GrantsPage page(fixture.context);
    page.setSnapshot(PageFixture::busy());
    page.show();
    QTest::mouseClick(button(page, u"Revoke all…"_s), Qt::LeftButton);
    QPointer<QDialog> dialog;
    QTRY_VERIFY(dialog = page.findChild<QDialog *>());
    const auto options = dialog->findChildren<QCheckBox *>();
    QCOMPARE(options.size(), 2);
    QVERIFY(options.at(0)->isChecked());
    QVERIFY(!options.at(1)->isChecked());
    options.at(1)->setChecked(true);
    answerDialog(page, u"confirm"_s);
    QCOMPARE(fixture.commands.asked, QStringList{u"revoke all signOut changeKey"_s});
}

void TestGrantsPage::theBaselineCannotBeWithdrawn()
{
    PageFixture fixture;
    GrantsPage page(fixture.context);
    page.setSnapshot(PageFixture::busy());
    page.show();
    QVERIFY(named<DataTable>(page, u"Grants"_s)->select(u"g-vscode"_s));
    QCOMPARE(page.findChildren<ToggleSwitch *>().size(), 0);
}

void TestGrantsPage::escClosesTheDetail()
{
    PageFixture fixture;
    GrantsPage page(fixture.context);
    page.setSnapshot(PageFixture::busy());
    page.show();
    QVERIFY(QTest::qWaitForWindowActive(&page));
    auto *table = named<DataTable>(page, u"Grants"_s);
    table->setFocus();
    QVERIFY(table->select(u"g-claude"_s));
    QVERIFY(button(page, u"Revoke access"_s));
    QTest::keyClick(table, Qt::Key_Escape);
    QTRY_VERIFY(!button(page, u"Revoke access"_s));
}

void TestGrantsPage::aRevokedGrantLeavesTheTable()
{
    PageFixture fixture;
    GrantsPage page(fixture.context);
    service::Snapshot shot = *PageFixture::busy();
    page.setSnapshot(std::make_shared<const service::Snapshot>(shot));
    page.show();
    auto *table = named<DataTable>(page, u"Grants"_s);
    QVERIFY(table->select(u"g-claude"_s));
    shot.grants.removeFirst();
    page.setSnapshot(std::make_shared<const service::Snapshot>(shot));
    QCOMPARE(table->model()->rowCount(), 2);
    QVERIFY(!table->select(u"g-claude"_s));
    shot.grants.clear();
    page.setSnapshot(std::make_shared<const service::Snapshot>(shot));
    QVERIFY(button(page, u"Connect a client"_s)); // the empty state's one action
}

FLAREDECK_TEST(TestGrantsPage)

} // namespace tst_grantspage

#include "tst_grantspage.moc"
