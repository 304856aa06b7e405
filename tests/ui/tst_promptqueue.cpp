#include "tests/support/testcase.h"
#include "tests/ui/examples.h"
#include "ui/dialogs/promptdialog.h"
#include "ui/dialogs/promptqueue.h"
#include "ui/signinlauncher.h"
#include "ui/text/format.h"

#include <QApplication>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QThread>

#include <memory>

namespace tst_promptqueue {

using namespace flaredeck;
using namespace flaredeck::ui;
using namespace Qt::StringLiterals;

namespace {

class FakeLauncher : public SignInLauncher
{
public:
    SignInShown show(const SignInRequest &request) override
    {
        shown << request.id;
        shownOn = QThread::currentThread();
        return {SignInSurface::Shown, {}};
    }
    void end(const QString &id, const QString &error) override { ended << id + error; }

    QStringList shown;
    QStringList ended;
    QThread *shownOn = nullptr;
};

ConsentRequest request(const QString &id)
{
    ConsentRequest asked = examples::consent(format::now());
    asked.id = id;
    return asked;
}

PromptDialog *dialogOf(const QString &id)
{
    for (QWidget *window : QApplication::topLevelWidgets()) {
        auto *dialog = qobject_cast<PromptDialog *>(window);
        if (dialog && dialog->isVisible() && dialog->requestId() == id)
            return dialog;
    }
    return nullptr;
}

} // namespace

class TestPromptQueue : public QObject
{
    Q_OBJECT

private slots:
    void showsOneDialogAtATime();
    void aWithdrawnRequestClosesItsDialog();
    void aWithdrawnRequestLeavesTheQueue();
    void callsAndConsentsShareTheQueue();
    void whatIsOpenAtTheEndIsRefused();
    void asksFromAnotherThread();
    void aWarningIsShownAndAnnounced();
};

void TestPromptQueue::showsOneDialogAtATime()
{
    FakeLauncher launcher;
    PromptQueue queue(launcher, nullptr);
    const QSignalSpy pending(&queue, &PromptQueue::pendingChanged);
    const auto first = prompt::put(queue, request(u"one"_s));
    const auto second = prompt::put(queue, request(u"two"_s));
    QTRY_COMPARE(queue.pending(), 2);
    QVERIFY(dialogOf(u"one"_s));
    QVERIFY(!dialogOf(u"two"_s));

    auto *deny = dialogOf(u"one"_s)->findChild<QPushButton *>(u"deny"_s);
    QTest::mouseClick(deny, Qt::LeftButton);
    QTRY_VERIFY(first.isFinished());
    QVERIFY(!first.result().allowed);
    QTRY_VERIFY(dialogOf(u"two"_s));

    auto *allow = dialogOf(u"two"_s)->findChild<QPushButton *>(u"allow"_s);
    QTRY_VERIFY(allow->isEnabled());
    QTest::mouseClick(allow, Qt::LeftButton);
    QTRY_VERIFY(second.isFinished());
    QVERIFY(second.result().allowed);
    QCOMPARE(queue.pending(), 0);
    QCOMPARE(pending.last().first().toInt(), 0);
}

void TestPromptQueue::aWithdrawnRequestClosesItsDialog()
{
    FakeLauncher launcher;
    PromptQueue queue(launcher, nullptr);
    const auto answer = prompt::put(queue, request(u"one"_s));
    QTRY_VERIFY(dialogOf(u"one"_s));
    queue.withdraw(u"one"_s);
    QTRY_VERIFY(!dialogOf(u"one"_s));
    QVERIFY(answer.isFinished());
    QVERIFY(!answer.result().allowed);
    QCOMPARE(queue.pending(), 0);
}

void TestPromptQueue::aWithdrawnRequestLeavesTheQueue()
{
    FakeLauncher launcher;
    PromptQueue queue(launcher, nullptr);
    const auto first = prompt::put(queue, request(u"one"_s));
    const auto second = prompt::put(queue, request(u"two"_s));
    QTRY_COMPARE(queue.pending(), 2);
    queue.withdraw(u"two"_s);
    QTRY_COMPARE(queue.pending(), 1);
    QVERIFY(dialogOf(u"one"_s));
    QVERIFY(second.isFinished());
    QVERIFY(!first.isFinished());
    queue.withdraw(u"nobody"_s);
    queue.withdraw(u"one"_s);
    QTRY_COMPARE(queue.pending(), 0);
}

void TestPromptQueue::callsAndConsentsShareTheQueue()
{
    FakeLauncher launcher;
    PromptQueue queue(launcher, nullptr);
    QSignalSpy told(&queue, &PromptQueue::callWaiting);
    const auto consent = prompt::put(queue, request(u"one"_s));
    CallApprovalRequest asked = examples::stepUp();
    const auto call = prompt::put(queue, asked);
    asked.id = u"call2"_s;
    const auto other = prompt::put(queue, asked);
    QTRY_COMPARE(queue.pending(), 3);
    QCOMPARE(told.first().first().toString(), u"Windsurf"_s);
    QVERIFY(dialogOf(u"one"_s));
    QVERIFY(!dialogOf(u"call1"_s));
    queue.withdraw(u"one"_s);
    QTRY_VERIFY(dialogOf(u"call1"_s));

    auto *once = dialogOf(u"call1"_s)->findChild<QPushButton *>(u"once"_s);
    QTRY_VERIFY(once->isEnabled());
    QTest::mouseClick(once, Qt::LeftButton);
    QTRY_VERIFY(call.isFinished());
    QCOMPARE(call.result().choice, CallApprovalChoice::Once);
    QTRY_VERIFY(dialogOf(u"call2"_s));
    queue.withdraw(u"call2"_s);
    QTRY_VERIFY(other.isFinished());
    QCOMPARE(other.result().choice, CallApprovalChoice::Unavailable);
    QVERIFY(!dialogOf(u"call2"_s));
    QCOMPARE(queue.pending(), 0);
}

void TestPromptQueue::whatIsOpenAtTheEndIsRefused()
{
    FakeLauncher launcher;
    auto queue = std::make_unique<PromptQueue>(launcher, nullptr);
    const auto answer = prompt::put(*queue, request(u"one"_s));
    QTRY_VERIFY(dialogOf(u"one"_s));
    queue.reset();
    QVERIFY(answer.isFinished());
    QVERIFY(!answer.result().allowed);
    QVERIFY(!dialogOf(u"one"_s));
}

void TestPromptQueue::asksFromAnotherThread()
{
    FakeLauncher launcher;
    PromptQueue queue(launcher, nullptr);
    SignInSurface surface = SignInSurface::Unavailable;
    const std::unique_ptr<QThread> core(QThread::create([&queue, &surface] {
        SignInRequest page;
        page.id = u"page"_s;
        auto shown = prompt::put(queue, page);
        shown.waitForFinished();
        surface = shown.result().surface;
        queue.withdraw(u"page"_s, u" refused"_s);
    }));
    core->start();
    QTRY_COMPARE(launcher.ended, QStringList{u"page refused"_s});
    QVERIFY(core->wait());
    QCOMPARE(surface, SignInSurface::Shown);
    QCOMPARE(launcher.shown, QStringList{u"page"_s});
    QCOMPARE(launcher.shownOn, qApp->thread());
}

void TestPromptQueue::aWarningIsShownAndAnnounced()
{
    FakeLauncher launcher;
    PromptQueue queue(launcher, nullptr);
    const QSignalSpy warned(&queue, &PromptQueue::warned);
    queue.warn(u"The answer was held back"_s, u"Another program listens."_s);
    QTRY_COMPARE(warned.size(), 1);
    QCOMPARE(warned.first().last().toString(), u"Another program listens."_s);
    QWidget *shown = nullptr;
    for (QWidget *window : QApplication::topLevelWidgets()) {
        if (window->isVisible() && window->windowTitle() == "The answer was held back"_L1)
            shown = window;
    }
    QVERIFY(shown);
    shown->close();
}

FLAREDECK_TEST(TestPromptQueue)

} // namespace tst_promptqueue

#include "tst_promptqueue.moc"
