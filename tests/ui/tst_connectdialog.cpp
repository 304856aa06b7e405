#include "tests/support/testcase.h"
#include "tests/ui/examples.h"
#include "tests/ui/pagetest.h"
#include "ui/dialogs/addressquestion.h"
#include "ui/dialogs/connectdialog.h"
#include "ui/dialogs/setupdialog.h"
#include "ui/text/format.h"

#include <QCheckBox>
#include <QClipboard>
#include <QDesktopServices>
#include <QGuiApplication>
#include <QLabel>
#include <QPlainTextEdit>
#include <QRadioButton>

#include <algorithm>
#include <memory>

namespace tst_connectdialog {

using namespace flaredeck;
using namespace flaredeck::ui;
using namespace Qt::StringLiterals;

/// The clients of a computer, and what a person does with them.
class TestConnectDialog : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void eachClientShowsItsState();
    void whatChangesIsShownAndThenWritten();
    void theWayCanBeChosen();
    void aStaleChangeIsShownAgain();
    void aLinkIsShownWholeAndOpenedOnlyWhenPressed();
    void aClientWithoutALinkOffersNone();
    void aNoteIsShownInBothDialogs();
    void undoSaysWhatItDid();
    void theFirstRequestIsSeen();
    void withoutClientsTheAddressIsLeft();
    void anotherAddressIsOfferedToWhoHasTheFormer();

private:
    [[nodiscard]] QString texts() const;
    [[nodiscard]] SetupDialog *openSetup(const QString &button);

public slots:
    void open(const QUrl &url) { m_opened << url; }

private:
    QList<QUrl> m_opened;
    std::unique_ptr<FakeCommands> m_commands;
    std::unique_ptr<ConnectDialog> m_dialog;
};

void TestConnectDialog::init()
{
    m_dialog.reset();
    m_opened.clear();
    m_commands = std::make_unique<FakeCommands>();
    m_commands->survey = examples::survey(format::now());
    m_commands->setupPlan = examples::setupPlan();
    m_dialog = std::make_unique<ConnectDialog>(
        *m_commands, std::make_shared<const service::Snapshot>(examples::snapshot(format::now())));
    m_dialog->show();
    QTRY_VERIFY(named<QPushButton>(*m_dialog, u"Connect Codex"_s));
    QTRY_VERIFY(named<QPushButton>(*m_dialog, u"Connect Codex"_s)->isVisible());
}

QString TestConnectDialog::texts() const
{
    QStringList texts;
    for (const QLabel *label : m_dialog->findChildren<QLabel *>()) {
        if (label->isVisible())
            texts << label->text();
    }
    return texts.join(u'\n');
}

SetupDialog *TestConnectDialog::openSetup(const QString &button)
{
    QTest::mouseClick(named<QPushButton>(*m_dialog, button), Qt::LeftButton);
    return m_dialog->findChild<SetupDialog *>();
}

void TestConnectDialog::eachClientShowsItsState()
{
    const QString shown = texts();
    for (const QString &text :
         {u"“cloudflare” runs mcp-remote"_s, u"Last heard of"_s,
          u"Open Zed's Agent panel; it reads the setting at once."_s, u"is switched off there"_s,
          u"Line 12, column 5"_s, u"The entry is gone"_s, u"Not found here: Kiro, Goose."_s,
          u"3 processes of mcp-remote run now"_s})
        QVERIFY2(shown.contains(text), qPrintable(text + u" in "_s + shown));
    QVERIFY(!named<QPushButton>(*m_dialog, u"Connect Gemini CLI"_s)->isVisible());
    QVERIFY(named<QPushButton>(*m_dialog, u"Undo the change for Claude Code"_s)->isVisible());
    QVERIFY(!named<QPushButton>(*m_dialog, u"Undo the change for Codex"_s)->isVisible());
    QVERIFY(named<QPushButton>(*m_dialog, u"Change how Claude Code is connected"_s));
}

void TestConnectDialog::whatChangesIsShownAndThenWritten()
{
    const QPointer<SetupDialog> setup = openSetup(u"Connect Claude Desktop"_s);
    QVERIFY(setup);
    auto *difference = setup->findChild<QPlainTextEdit *>();
    QTRY_VERIFY(difference->toPlainText().contains(u"+       \"command\""_s));
    QCOMPARE(m_commands->asked, QStringList{u"planSetup claude-desktop http"_s});
    QTest::keyClick(setup->focusWidget(), Qt::Key_Return);
    QTRY_VERIFY(!setup);
    QCOMPARE(m_commands->asked.last(), u"writeSetup claude-desktop http token"_s);
}

void TestConnectDialog::theWayCanBeChosen()
{
    const QPointer<SetupDialog> setup = openSetup(u"Connect Claude Desktop"_s);
    QVERIFY(setup);
    const auto ways = setup->findChildren<QRadioButton *>();
    QCOMPARE(ways.size(), 2);
    ways.last()->click();
    setup->findChild<QCheckBox *>()->click();
    QCOMPARE(m_commands->asked.last(), u"planSetup claude-desktop bridge hosted"_s);
    QTest::keyClick(setup, Qt::Key_Escape);
    QTRY_VERIFY(!setup);
    QVERIFY(!m_commands->asked.last().startsWith(u"writeSetup"_s));
}

void TestConnectDialog::aStaleChangeIsShownAgain()
{
    const QPointer<SetupDialog> setup = openSetup(u"Connect Codex"_s);
    QVERIFY(setup);
    QTRY_VERIFY(button(*setup, u"Write it"_s));
    m_commands->answer = fail(Error::Kind::Cancelled, u"The file was changed."_s);
    m_commands->setupPlan->difference = u"+ something newer"_s;
    QTest::mouseClick(button(*setup, u"Write it"_s), Qt::LeftButton);
    QTRY_COMPARE(setup->findChild<QPlainTextEdit *>()->toPlainText(), u"+ something newer"_s);
    QVERIFY(setup->isVisible());
    bool isTold = false;
    for (const QLabel *label : setup->findChildren<QLabel *>())
        isTold |= label->isVisible() && label->text() == u"The file was changed."_s;
    QVERIFY(isTold);
}

void TestConnectDialog::aLinkIsShownWholeAndOpenedOnlyWhenPressed()
{
    QDesktopServices::setUrlHandler(u"vscode"_s, this, "open");
    m_commands->setupPlan = examples::linkedPlan();
    SetupDialog setup(*m_commands, examples::linkedSetup());
    setup.show();
    QTRY_VERIFY(button(setup, u"Open in VS Code…"_s));
    QPushButton *open = button(setup, u"Open in VS Code…"_s);
    const QString &link = m_commands->setupPlan->link;
    const auto shows = [&setup](const QString &text) {
        const auto labels = setup.findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(), [&text](const QLabel *label) {
            return label->isVisible() && label->text() == text;
        });
    };
    QVERIFY(shows(link));
    QVERIFY(shows(m_commands->setupPlan->command));
    QTest::mouseClick(named<QPushButton>(setup, u"Copy the link"_s), Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text(), link);
    QTest::mouseClick(named<QPushButton>(setup, u"Copy the command"_s), Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text(), m_commands->setupPlan->command);
    QVERIFY(m_opened.isEmpty());
    QTest::mouseClick(open, Qt::LeftButton);
    QDesktopServices::unsetUrlHandler(u"vscode"_s);
    QCOMPARE(m_opened.size(), 1);
    QCOMPARE(QString::fromLatin1(m_opened.first().toEncoded()), link);
    QVERIFY(setup.isVisible()); // nothing is written, and nothing is said to be
    QVERIFY(!m_commands->asked.last().startsWith(u"writeSetup"_s));
}

void TestConnectDialog::aClientWithoutALinkOffersNone()
{
    const QPointer<SetupDialog> setup = openSetup(u"Connect Claude Desktop"_s);
    QVERIFY(setup);
    QTRY_VERIFY(setup->findChild<QPlainTextEdit *>()->toPlainText().contains(u"command"_s));
    QVERIFY(!button(*setup, u"Open in Claude Desktop…"_s));
    QVERIFY(!named<QPushButton>(*setup, u"Copy the link"_s)->isVisible());
    QVERIFY(!named<QPushButton>(*setup, u"Copy the command"_s)->isVisible());
}

void TestConnectDialog::aNoteIsShownInBothDialogs()
{
    const QString note = u"This file is on a drive of Windows."_s;
    for (connect::ClientSetup &one : m_commands->survey.clients) {
        if (one.id == u"codex"_s)
            one.note = note;
    }
    m_commands->setupPlan->note = note;
    QTest::mouseClick(button(*m_dialog, u"Look again"_s), Qt::LeftButton);
    QTRY_VERIFY(texts().contains(note));
    const QPointer<SetupDialog> setup = openSetup(u"Connect Codex"_s);
    QVERIFY(setup);
    const auto labels = setup->findChildren<QLabel *>();
    QTRY_VERIFY(std::any_of(labels.begin(), labels.end(), [&note](const QLabel *label) {
        return label->isVisible() && label->text() == note;
    }));
}

void TestConnectDialog::undoSaysWhatItDid()
{
    QTest::mouseClick(named<QPushButton>(*m_dialog, u"Undo the change for Claude Code"_s),
                      Qt::LeftButton);
    QTRY_VERIFY(texts().contains(u"It is as it was before."_s));
    QCOMPARE(m_commands->asked, QStringList{u"undoSetup claude-code"_s});
}

void TestConnectDialog::theFirstRequestIsSeen()
{
    QVERIFY(texts().contains(u"Open Zed's Agent panel"_s));
    service::Snapshot later = examples::snapshot(format::now());
    service::ClientView zed = later.clients.first();
    zed.client.name = u"Zed"_s;
    zed.lastSeenAt = format::now();
    later.clients << zed;
    m_dialog->setSnapshot(std::make_shared<const service::Snapshot>(later));
    QVERIFY(!texts().contains(u"Open Zed's Agent panel"_s));
}

void TestConnectDialog::withoutClientsTheAddressIsLeft()
{
    for (connect::ClientSetup &setup : m_commands->survey.clients)
        setup.state = connect::ClientSetup::State::NotFound;
    QTest::mouseClick(button(*m_dialog, u"Look again"_s), Qt::LeftButton);
    QTRY_VERIFY(!named<QPushButton>(*m_dialog, u"Connect Codex"_s));
    QVERIFY(
        texts().contains(u"None of the clients that Flaredeck can enter itself into was found"_s));
    QVERIFY(named<QPushButton>(*m_dialog, u"Copy: Streamable HTTP address"_s));
}

void TestConnectDialog::anotherAddressIsOfferedToWhoHasTheFormer()
{
    QWidget page;
    page.show();
    addressquestion::ask(&page, *m_commands, u"http://localhost:8790/mcp"_s);
    QCoreApplication::processEvents();
    QVERIFY(!page.findChild<QDialog *>()); // none of them has it
    m_commands->survey.clients[1].hasFormerAddress = true;
    addressquestion::ask(&page, *m_commands, u"http://localhost:8790/mcp"_s);
    QTRY_VERIFY(page.findChild<QDialog *>());
    QString shown;
    for (const QLabel *label : page.findChildren<QLabel *>())
        shown += label->text();
    QVERIFY2(shown.contains(u"http://localhost:8790/mcp"_s), qPrintable(shown));
    QVERIFY2(shown.contains(u"Claude Code"_s), qPrintable(shown));
    answerDialog(page, u"confirm"_s);
    QCOMPARE(m_commands->asked, QStringList{u"updateSetups"_s});
}

FLAREDECK_TEST(TestConnectDialog)

} // namespace tst_connectdialog

#include "tst_connectdialog.moc"
