#include "tests/support/testcase.h"
#include "tests/ui/pagetest.h"
#include "ui/dialogs/addserverdialog.h"
#include "ui/models/servermodel.h"
#include "ui/pages/serverspage.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/datatable.h"

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QLineEdit>

#include <memory>

namespace tst_serverspage {

using namespace flaredeck;
using namespace flaredeck::ui;
using namespace Qt::StringLiterals;

/// Remote servers: what state each is in, and what a person does about it.
class TestServersPage : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void eachStateHasItsWords();
    void rowsChangeWithoutAReset();
    void withoutServersThereIsOneThingToDo();
    void whatWasAddedIsSelected();
    void theSwitchOffersItsTools();
    void aSwitchThatFailsGoesBack();
    void switchingOnMaySignInFirst();
    void anEndedSignInSaysWhyAndStartsAgain();
    void moreRightsAreNamed();
    void aCancelledSignInNeedsNoWords();
    void signingOutAsksAndTellsWhatIsLeft();
    void aProblemIsShownAndTriedAgain();
    void onlyWhatWasAddedIsRemoved();
    void aChangedToolIsAccepted();
    void theDetailOfAnotherServerIsItsOwn();

private:
    void show(QList<remote::RemoteView> servers);
    void select(const QString &name)
    {
        QVERIFY(named<DataTable>(*m_page, u"Servers"_s)->select(name));
        QTRY_VERIFY(named<QWidget>(*m_page, u"Server details"_s)->isVisible());
    }
    [[nodiscard]] ToggleSwitch *offer()
    {
        return named<ToggleSwitch>(*m_page, u"Offer its tools to clients"_s);
    }
    void flip()
    {
        QTest::mouseClick(offer(), Qt::LeftButton, {}, QPoint(8, offer()->height() / 2));
    }
    void press(const QString &text)
    {
        QPushButton *pressed = button(*m_page, text);
        QVERIFY2(pressed && pressed->isEnabled(), qPrintable(text));
        QTest::mouseClick(pressed, Qt::LeftButton);
    }
    static QString saidBy(const QWidget &widget)
    {
        QStringList said;
        for (const QLabel *label : widget.findChildren<QLabel *>()) {
            if (label->isVisible())
                said << label->text();
        }
        return said.join(u'\n');
    }
    /// The dialog that the page has opened says this; it is closed.
    void closeDialog(const QString &saying)
    {
        QPointer<QDialog> dialog;
        QTRY_VERIFY(dialog = m_page->findChild<QDialog *>());
        QVERIFY2(saidBy(*dialog).contains(saying), qPrintable(saidBy(*dialog)));
        QTest::mouseClick(button(*dialog, u"Close"_s), Qt::LeftButton);
        QTRY_VERIFY(!dialog);
    }
    [[nodiscard]] QStringList &asked() { return m_fixture->commands.asked; }

    std::unique_ptr<PageFixture> m_fixture;
    std::unique_ptr<ServersPage> m_page;
};

void TestServersPage::init()
{
    m_fixture = std::make_unique<PageFixture>();
    m_page = std::make_unique<ServersPage>(m_fixture->context);
    m_page->resize(1040, 780);
    m_page->show();
    show(examples::servers(format::now()));
}

void TestServersPage::cleanup()
{
    m_page.reset();
    m_fixture.reset();
}

void TestServersPage::show(QList<remote::RemoteView> servers)
{
    service::Snapshot shot = *PageFixture::fresh();
    shot.servers = std::move(servers);
    m_page->setSnapshot(std::make_shared<const service::Snapshot>(shot));
}

void TestServersPage::eachStateHasItsWords()
{
    const QAbstractItemModel *model = named<DataTable>(*m_page, u"Servers"_s)->model();
    QStringList states;
    QStringList untils;
    for (int row = 0; row < model->rowCount(); ++row) {
        states << model->index(row, ServerModel::State).data().toString();
        untils << model->index(row, ServerModel::Until).data().toString();
    }
    QCOMPARE(states, (QStringList{u"on, tools changed"_s, u"on"_s, u"off"_s, u"sign in again"_s,
                                  u"off"_s, u"on"_s, u"does not answer"_s}));
    QVERIFY2(untils.first().startsWith(u"about "_s), qPrintable(untils.first()));
    for (int row = 1; row < untils.size(); ++row) // no sign-in, an ended one, no known end
        QCOMPARE(untils.at(row), QString());
    QCOMPARE(model->index(0, ServerModel::Tools).data().toString(), u"3"_s);
    QCOMPARE(model->index(2, ServerModel::Tools).data().toString(), u"—"_s);
}

void TestServersPage::rowsChangeWithoutAReset()
{
    ServerModel model;
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    auto servers = examples::servers(format::now());
    model.setRows(servers);
    servers.removeAt(2);
    servers.first().isSigningIn = true;
    model.setRows(servers);
    QCOMPARE(model.rowCount(), servers.size());
    QCOMPARE(model.index(0, ServerModel::State).data().toString(), u"signing in"_s);
}

void TestServersPage::withoutServersThereIsOneThingToDo()
{
    show({});
    QVERIFY(!named<DataTable>(*m_page, u"Servers"_s)->isVisible());
    QVERIFY2(saidBy(*m_page).contains(u"No servers"_s), qPrintable(saidBy(*m_page)));
    press(u"Add a server…"_s);
    QPointer<AddServerDialog> dialog;
    QTRY_VERIFY(dialog = m_page->findChild<AddServerDialog *>());
    QVERIFY(dialog->isVisible());
    QTest::mouseClick(button(*dialog, u"Cancel"_s), Qt::LeftButton);
    QTRY_VERIFY(!dialog);
    QVERIFY(asked().isEmpty());
}

void TestServersPage::whatWasAddedIsSelected()
{
    press(u"Add a server…"_s);
    QPointer<AddServerDialog> dialog = m_page->findChild<AddServerDialog *>();
    QVERIFY(dialog);
    QTest::keyClicks(named<QLineEdit>(*dialog, u"Address"_s), u"https://example.org/mcp"_s);
    QTest::mouseClick(button(*dialog, u"Add"_s), Qt::LeftButton);
    QTRY_VERIFY(!dialog);
    auto *table = named<DataTable>(*m_page, u"Servers"_s);
    QVERIFY(table->currentId().isEmpty());
    auto servers = examples::servers(format::now());
    servers << servers.last();
    servers.last().remote.name = u"example"_s; // the name that the command answered
    servers.last().remote.title = u"The new one"_s;
    show(servers);
    QCOMPARE(table->currentId(), u"example"_s);
    QVERIFY(named<QWidget>(*m_page, u"Server details"_s)->isVisible());
}

void TestServersPage::theSwitchOffersItsTools()
{
    select(u"stack"_s);
    QVERIFY(!offer()->isChecked());
    flip();
    QTRY_COMPARE(asked(), QStringList{u"switchServer stack on"_s});
    select(u"docs"_s);
    QVERIFY(offer()->isChecked());
    flip();
    QTRY_COMPARE(asked().last(), u"switchServer docs off"_s);
}

void TestServersPage::aSwitchThatFailsGoesBack()
{
    m_fixture->commands.answer = fail(Error::Kind::Storage, u"The disk is full."_s);
    select(u"docs"_s);
    flip();
    closeDialog(u"The disk is full."_s);
    QVERIFY(offer()->isChecked());
}

void TestServersPage::switchingOnMaySignInFirst()
{
    select(u"hosted-browser"_s);
    flip();
    QTRY_COMPARE(asked(), QStringList{u"signInToServer hosted-browser"_s});
}

void TestServersPage::anEndedSignInSaysWhyAndStartsAgain()
{
    select(u"containers"_s);
    QTRY_VERIFY(saidBy(*m_page).contains(u"no longer takes the refresh token"_s));
    QVERIFY(!button(*m_page, u"Sign out…"_s));
    QVERIFY(!button(*m_page, u"Test now"_s));
    press(u"Sign in again"_s);
    QTRY_COMPARE(asked(), QStringList{u"signInToServer containers"_s});
    auto servers = examples::servers(format::now());
    servers[3].isSigningIn = true;
    show(servers);
    QVERIFY(!button(*m_page, u"Sign in again"_s)->isEnabled());
}

void TestServersPage::moreRightsAreNamed()
{
    select(u"tracker"_s);
    QVERIFY(saidBy(*m_page).contains(u"refused without issues:write"_s));
    press(u"Sign in again"_s);
    QTRY_COMPARE(asked(), QStringList{u"signInToServer tracker"_s});
}

void TestServersPage::aCancelledSignInNeedsNoWords()
{
    select(u"containers"_s);
    m_fixture->commands.answer = fail(Error::Kind::Cancelled, u"The sign-in was cancelled."_s);
    press(u"Sign in again"_s);
    QTRY_VERIFY(button(*m_page, u"Sign in again"_s)->isEnabled());
    QVERIFY(!m_page->findChild<QDialog *>());
    m_fixture->commands.answer = fail(Error::Kind::Upstream, u"The server refused."_s);
    press(u"Sign in again"_s);
    closeDialog(u"The server refused."_s);
    QVERIFY(button(*m_page, u"Sign in again"_s)->isEnabled());
}

void TestServersPage::signingOutAsksAndTellsWhatIsLeft()
{
    m_fixture->commands.leftAtServer = u"The server has no address to revoke at."_s;
    select(u"api"_s);
    press(u"Sign out…"_s);
    QVERIFY(asked().isEmpty());
    answerDialog(*m_page, u"confirm"_s);
    QTRY_COMPARE(asked(), QStringList{u"signOutOfServer api"_s});
    closeDialog(m_fixture->commands.leftAtServer);
}

void TestServersPage::aProblemIsShownAndTriedAgain()
{
    select(u"wiki"_s);
    QVERIFY(m_page->findChild<QLabel *>(u"problem"_s)->isVisible());
    QVERIFY(saidBy(*m_page).contains(u"does not answer on port 8080"_s));
    press(u"Test now"_s);
    QTRY_COMPARE(asked(), QStringList{u"testServer wiki"_s});
    QTRY_VERIFY(button(*m_page, u"Test now"_s)->isEnabled());
    auto servers = examples::servers(format::now());
    servers.last().problem.clear();
    show(servers);
    QVERIFY(!m_page->findChild<QLabel *>(u"problem"_s)->isVisible());
}

void TestServersPage::onlyWhatWasAddedIsRemoved()
{
    select(u"docs"_s);
    QVERIFY(!button(*m_page, u"Remove…"_s));
    select(u"wiki"_s);
    press(u"Remove…"_s);
    QVERIFY(asked().isEmpty());
    answerDialog(*m_page, u"cancel"_s);
    QVERIFY(asked().isEmpty());
    press(u"Remove…"_s);
    answerDialog(*m_page, u"confirm"_s);
    QTRY_COMPARE(asked(), QStringList{u"removeServer wiki"_s});
    auto servers = examples::servers(format::now());
    servers.removeLast();
    show(servers);
    QTRY_VERIFY(!named<QWidget>(*m_page, u"Server details"_s)->isVisible());
}

void TestServersPage::aChangedToolIsAccepted()
{
    select(u"api"_s);
    QVERIFY2(saidBy(*m_page).contains(u"Its calls ask"_s), qPrintable(saidBy(*m_page)));
    auto *accept = named<QPushButton>(*m_page, u"Accept what execute has become"_s);
    QVERIFY(accept);
    QTest::mouseClick(accept, Qt::LeftButton);
    QTRY_COMPARE(asked(), QStringList{u"acceptTool api execute"_s});
    auto servers = examples::servers(format::now());
    servers.first().tools.last().isChanged = false;
    show(servers);
    QTRY_VERIFY(!named<QPushButton>(*m_page, u"Accept what execute has become"_s));
    QVERIFY(!saidBy(*m_page).contains(u"Its calls ask"_s));
}

void TestServersPage::theDetailOfAnotherServerIsItsOwn()
{
    select(u"api"_s);
    QTRY_VERIFY(saidBy(*m_page).contains(u"https://mcp.cloudflare.com/mcp"_s));
    QVERIFY(saidBy(*m_page).contains(u"execute"_s));
    select(u"docs"_s);
    QTRY_VERIFY(saidBy(*m_page).contains(u"search_cloudflare_documentation"_s));
    const QString said = saidBy(*m_page);
    QVERIFY2(!said.contains(u"execute"_s) && !said.contains(u"Signed in"_s), qPrintable(said));
    QVERIFY2(said.contains(u"It needs no sign-in."_s), qPrintable(said));
}

FLAREDECK_TEST(TestServersPage)

} // namespace tst_serverspage

#include "tst_serverspage.moc"
