#include "tests/support/testcase.h"
#include "tests/ui/pagefixture.h"
#include "ui/bannerarea.h"
#include "ui/dialogs/addclientdialog.h"
#include "ui/dialogs/callapprovaldialog.h"
#include "ui/dialogs/confirm.h"
#include "ui/dialogs/connectdialog.h"
#include "ui/dialogs/consentdialog.h"
#include "ui/dialogs/keychaindialog.h"
#include "ui/dialogs/revokequestion.h"
#include "ui/dialogs/setupdialog.h"
#include "ui/pages/activitypage.h"
#include "ui/pages/clientspage.h"
#include "ui/pages/grantspage.h"
#include "ui/pages/logspage.h"
#include "ui/pages/overviewpage.h"
#include "ui/pages/securitypage.h"
#include "ui/pages/settingspage.h"
#include "ui/pages/toolspage.h"
#include "ui/theme/theme.h"
#include "ui/widgets/datatable.h"
#include "ui/widgets/filterbar.h"
#include "ui/widgets/jsonview.h"
#include "ui/widgets/navigationrail.h"
#include "ui/widgets/surface.h"

#include <QAbstractButton>
#include <QAccessible>
#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTest>
#include <QTextDocument>

#include <memory>

namespace tst_foreigntext {

using namespace flaredeck;
using namespace flaredeck::ui;
using namespace Qt::StringLiterals;

/// Walks every widget with words of others that try to be more than words.
class TestForeignText : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { applyTheme(*qApp, u"light"_s); }
    void cleanup() { m_fixture.reset(); } // there is one log book in a process
    void everySurfaceShowsItAsText_data();
    void everySurfaceShowsItAsText();
    void anAmpersandIsNoMnemonic();
    void toolTipsAreNeverMarkup_data();
    void toolTipsAreNeverMarkup();
    void aLongToolTipIsWrappedAndCut();
    void notificationsAreNeverMarkup();
    void noNameReadsAsAddedByThePerson();
    void otherWordsOfTheToolkitAreSpelledOut();

private:
    std::unique_ptr<QWidget> make(const QString &what, const QString &words);
    std::unique_ptr<PageFixture> m_fixture;
};

namespace {

const QString kMark = u"Zq "_s; ///< by which the walk knows that it met the words

const QStringList kHostile{
    u"<img src=\"/tmp/fifo\">"_s,
    u"<table width=600><tr><td>Verified by Flaredeck</td></tr></table>"_s,
    u"&lt;b&gt;<a href='file:///etc/passwd'>A & B</a>"_s,
    u"node\r\u001b[2K\u009b1A\nVerified by Flaredeck"_s,
    u"\u202egnihton\u2066\u200b\u2060\ufeff"_s,
    u"Cl\U000e0041\u3164\u2800\u115f\ufe0fau\U000e0100de"_s,
    u"Claude\" (added by you), “known”"_s,
    QString(99, u'x') + u"😀😀😀"_s,
};

/// Everything that others choose, in all that the core hands to the window.
service::Snapshot hostile(service::Snapshot shot, const QString &words)
{
    shot.server.problem = words;
    shot.server.portHolder = words;
    shot.providerClientId = words;
    shot.providerClientSource = words;
    shot.withdrawalProblem = words;
    shot.historyProblem = words;
    shot.receipt.number = 1;
    shot.receipt.grants = 1;
    shot.receipt.clients = {words};
    shot.receipt.problem = words;
    for (store::Login &login : shot.logins) {
        login.email = words;
        login.upstreamScopes = {words};
        login.accounts = {{u"a1"_s + words, words}, {u"a2"_s + words, words}};
    }
    for (service::ClientView &view : shot.clients) {
        view.client.name = words;
        view.client.registeredBy = words;
        view.client.redirectUris = {words};
        for (store::RememberedApproval &approval : view.approvals)
            approval.program = words;
        if (view.program) {
            view.program->executable = words;
            view.program->commandLine = words;
            view.program->parentName = words;
        }
        for (mcp::SessionInfo &session : view.sessions)
            session.clientInfo = words;
    }
    for (service::GrantView &view : shot.grants) {
        view.clientName = words;
        view.loginLabel = words;
        for (AccountRef &account : view.grant.accounts)
            account.name = words;
    }
    return shot;
}

QList<store::CallRecord> hostileCalls(const QString &words)
{
    QList<store::CallRecord> calls = examples::calls(format::now()).last(3);
    for (store::CallRecord &call : calls) {
        call.clientName = words;
        call.tool = words;
        call.accountName = words;
        call.error = words;
        call.outcome = store::Outcome::Error;
        call.arguments = json::print({{"name", words.toStdString()}});
        call.result = words.toUtf8();
        call.upstream = {{u"GET"_s, words, 400, 1, words}};
    }
    return calls;
}

ConsentRequest hostileConsent(const QString &words)
{
    ConsentRequest request = examples::consent(format::now());
    for (QString *field :
         {&request.clientName, &request.publishedAt, &request.program, &request.programArguments,
          &request.programParent, &request.otherListener, &request.registeredBy,
          &request.redirectTarget, &request.redirectAddress, &request.loginLabel})
        *field = words;
    for (AccountRef &account : request.accounts)
        account = {account.id + words, words};
    return request;
}

CallApprovalRequest hostileStepUp(const QString &words)
{
    CallApprovalRequest request = examples::stepUp();
    for (QString *field :
         {&request.clientName, &request.program, &request.programParent, &request.tool,
          &request.toolTitle, &request.account, &request.loginLabel})
        *field = words;
    return request;
}

bool isSeen(const QString &text)
{
    for (const char32_t c : QString(text).remove(u'\n').toStdU32String()) {
        const auto category = QChar::category(c);
        if (category == QChar::Other_Control || category == QChar::Other_Format ||
            category == QChar::Other_Surrogate || c == 0x3164 || c == 0x2800 || c == 0x115f ||
            c == 0xfe0f || c == 0xfffd || (c >= 0xe0000 && c < 0xe1000))
            return false;
    }
    return true;
}

struct Shown {
    QStringList texts;
    QStringList tips;
};

/// What a widget says, to eyes and to a screen reader.
Shown shownBy(const QWidget *widget)
{
    QStringList tips{widget->toolTip()};
    QStringList texts{widget->accessibleName(), widget->accessibleDescription(),
                      widget->windowTitle()};
    if (const auto *label = qobject_cast<const QLabel *>(widget))
        texts << label->text();
    if (const auto *button = qobject_cast<const QAbstractButton *>(widget))
        texts << button->text();
    if (const auto *edit = qobject_cast<const QPlainTextEdit *>(widget); edit && edit->isReadOnly())
        texts << edit->toPlainText();
    if (const auto *menu = qobject_cast<const QMenu *>(widget)) {
        for (const QAction *action : menu->actions())
            texts << action->text();
    }
    if (const auto *combo = qobject_cast<const QComboBox *>(widget)) {
        for (int i = 0; i < combo->count(); ++i) {
            texts << combo->itemText(i);
            tips << combo->itemData(i, Qt::ToolTipRole).toString();
        }
    }
    if (const auto *table = qobject_cast<const QAbstractItemView *>(widget)) {
        const QAbstractItemModel *model = table->model();
        for (int row = 0; model && row < model->rowCount(); ++row) {
            for (int column = 0; column < model->columnCount(); ++column) {
                const QModelIndex index = model->index(row, column);
                texts << index.data().toString() << index.data(Qt::AccessibleTextRole).toString();
                tips << index.data(Qt::ToolTipRole).toString();
            }
        }
    }
    return {texts, tips};
}

/// Empty = nothing is wrong with it.
QString problemOf(const QWidget *widget, const Shown &shown)
{
    const auto wrong = [widget](const char *what, const QString &text) {
        return u"%1 at %2 %3: %4"_s.arg(QLatin1String(what),
                                        QLatin1String(widget->metaObject()->className()),
                                        widget->objectName(), text);
    };
    const auto *label = qobject_cast<const QLabel *>(widget);
    if (label && label->textFormat() != Qt::PlainText && !label->text().isEmpty())
        return wrong("text that may be markup", label->text());
    for (const QString &tip : shown.tips) {
        if (Qt::mightBeRichText(tip))
            return wrong("markup", tip);
    }
    for (const QString &text : shown.texts + shown.tips) {
        if (!isSeen(text))
            return wrong("hidden characters", text);
    }
    return {};
}

QList<QWidget *> widgetsOf(QWidget *root)
{
    return QList<QWidget *>{root} + root->findChildren<QWidget *>();
}

} // namespace

std::unique_ptr<QWidget> TestForeignText::make(const QString &what, const QString &words)
{
    auto shot = hostile(examples::snapshot(format::now()), words);
    if (what == "consent"_L1 || what == "consent, one account"_L1) {
        ConsentRequest request = hostileConsent(words);
        if (what != "consent"_L1)
            request.accounts.resize(1);
        return std::make_unique<ConsentDialog>(request);
    }
    if (what == "consent, by site"_L1) {
        ConsentRequest request = hostileConsent(words);
        request.leavesComputer = true;
        request.programPid = 0;
        return std::make_unique<ConsentDialog>(request);
    }
    if (what == "step up"_L1)
        return std::make_unique<CallApprovalDialog>(hostileStepUp(words));
    if (what == "keychain"_L1) {
        shot.keyState = store::KeyState::Closed;
        shot.keyProblem = store::KeyProblem::EntryLost;
        return std::make_unique<KeychainDialog>(m_fixture->commands, shot);
    }
    if (what == "connect"_L1 || what == "set up"_L1) {
        connect::Survey &survey = m_fixture->commands.survey;
        survey = examples::survey(format::now());
        for (connect::ClientSetup &setup : survey.clients) {
            if (!setup.problem.isEmpty())
                setup.problem = words;
            setup.relays = setup.hosted = {words};
            setup.file = setup.note = words;
        }
        connect::SetupPlan plan;
        plan.file = plan.difference = words;
        plan.command = plan.link = plan.note = words;
        plan.replaces = {words};
        m_fixture->commands.setupPlan = plan;
        if (what == "set up"_L1)
            return std::make_unique<SetupDialog>(m_fixture->commands, survey.clients.first());
        return std::make_unique<ConnectDialog>(m_fixture->commands,
                                               std::make_shared<const service::Snapshot>(shot));
    }
    if (what == "add client"_L1) {
        auto dialog = std::make_unique<AddClientDialog>(m_fixture->commands, 8788);
        dialog->findChild<QPlainTextEdit *>()->setPlainText(words);
        return dialog;
    }
    auto parent = std::make_unique<QWidget>();
    if (what == "confirm"_L1) {
        confirm(parent.get(), {words, words, {words}, u"Go"_s, {{words, words, true}}}, [] {});
        return parent;
    }
    if (what == "problem"_L1) {
        tellProblem(parent.get(), words, words);
        return parent;
    }
    if (what == "revoke"_L1) {
        revokequestion::ask(parent.get(), m_fixture->commands, shot,
                            {shot.grants.first().grant.id});
        revokequestion::askAll(parent.get(), m_fixture->commands, shot);
        return parent;
    }
    if (what == "banners"_L1) {
        shot.server.state = service::ServerState::PortTaken;
        shot.logins.first().state = store::LoginState::NeedsLogin;
        auto banners = std::make_unique<BannerArea>(m_fixture->commands);
        banners->setSnapshot(shot);
        banners->showBrowserUsed(words);
        return banners;
    }
    if (what == "rail"_L1) {
        auto rail = std::make_unique<NavigationRail>();
        rail->addPage(u"overview"_s, u"Overview"_s);
        rail->setSnapshot(shot);
        return rail;
    }
    if (what == "filter"_L1) {
        auto filter = std::make_unique<FilterBar>();
        filter->setClients({{ClientId{u"c"_s}, words}});
        ActivityFilter chosen;
        chosen.client = ClientId{u"c"_s};
        chosen.clientName = words;
        filter->setFilter(chosen);
        emit filter->findChild<QMenu *>()->aboutToShow();
        return filter;
    }
    const auto &context = m_fixture->context;
    std::unique_ptr<Page> page;
    if (what == "overview"_L1)
        page = std::make_unique<OverviewPage>(context);
    else if (what == "clients"_L1)
        page = std::make_unique<ClientsPage>(context);
    else if (what == "grants"_L1)
        page = std::make_unique<GrantsPage>(context);
    else if (what == "activity"_L1)
        page = std::make_unique<ActivityPage>(context);
    else if (what == "tools"_L1)
        page = std::make_unique<ToolsPage>(context);
    else if (what == "security"_L1)
        page = std::make_unique<SecurityPage>(context);
    else if (what == "logs"_L1)
        page = std::make_unique<LogsPage>(context);
    else
        page = std::make_unique<SettingsPage>(context);
    page->setSnapshot(std::make_shared<const service::Snapshot>(shot));
    page->readHistory();
    m_fixture->settle();
    return page;
}

void TestForeignText::everySurfaceShowsItAsText_data()
{
    QTest::addColumn<QString>("what");
    for (const char *what : {"consent",
                             "consent, one account",
                             "consent, by site",
                             "step up",
                             "keychain",
                             "connect",
                             "set up",
                             "add client",
                             "confirm",
                             "problem",
                             "revoke",
                             "banners",
                             "rail",
                             "filter",
                             "overview",
                             "clients",
                             "grants",
                             "activity",
                             "tools",
                             "security",
                             "logs",
                             "settings"})
        QTest::newRow(what) << QString::fromLatin1(what);
}

void TestForeignText::everySurfaceShowsItAsText()
{
    QFETCH(QString, what);
    for (const QString &hostileWords : kHostile) {
        const QString words = kMark + hostileWords;
        m_fixture.reset(); // there is one log book in a process
        m_fixture = std::make_unique<PageFixture>();
        m_fixture->log.record(LogLevel::Info, u"flaredeck.app"_s, words);
        if (what == "overview"_L1 || what == "activity"_L1)
            examples::writeHistory(m_fixture->files.historyFile(), hostileCalls(words));
        if (what == "security"_L1) {
            auto vault = store::Vault::open(m_fixture->files.vaultFile(), Clock::system());
            QVERIFY(vault);
            for (const char *id : {"c1", "c2"})
                QVERIFY((*vault)->audit.record({.kind = store::AuditKind::Denied,
                                                .client = ClientId{QLatin1String(id) + words},
                                                .outcome = words,
                                                .peer = {words, 4711},
                                                .clientName = words}));
        }
        const std::unique_ptr<QWidget> root = make(what, words);
        root->resize(1040, 780);
        root->show();
        // The row with the hostile words, and the pane beside it.
        if (auto *table = root->findChild<DataTable *>(); table && table->model()->rowCount() > 0)
            table->selectRow(0);
        m_fixture->settle();
        bool met = what == "keychain"_L1; // which tells of nothing that others name
        for (const QWidget *widget : widgetsOf(root.get())) {
            const Shown shown = shownBy(widget);
            const QString problem = problemOf(widget, shown);
            QVERIFY2(problem.isEmpty(), qPrintable(problem));
            met = met || shown.texts.join(u' ').contains(kMark);
        }
        QVERIFY2(met, "nothing of the hostile words was there to be looked at");
    }
}

void TestForeignText::anAmpersandIsNoMnemonic()
{
    m_fixture = std::make_unique<PageFixture>();
    const QString name = u"A & B _Co. KG"_s;
    int seen = 0;
    for (const char *what : {"consent", "filter"}) {
        const std::unique_ptr<QWidget> root = make(QString::fromLatin1(what), name);
        for (QWidget *widget : widgetsOf(root.get())) {
            if (const auto *button = qobject_cast<QAbstractButton *>(widget);
                button && button->text().contains(u"Co. KG"_s)) {
                QVERIFY2(button->text().contains(u"A && B"_s), qPrintable(button->text()));
                QVERIFY(button->shortcut().isEmpty());
                const auto *spoken = QAccessible::queryAccessibleInterface(widget);
                QVERIFY(spoken->text(QAccessible::Name).contains(name));
                ++seen;
            }
            if (const auto *menu = qobject_cast<QMenu *>(widget)) {
                for (const QAction *action : menu->actions()) {
                    if (action->text().contains(u"Co. KG"_s)) {
                        QCOMPARE(action->text(), u"A && B _Co. KG"_s);
                        ++seen;
                    }
                }
            }
        }
    }
    // Two accounts and all of them, the filter's chip and its entry.
    QCOMPARE(seen, 5);
}

void TestForeignText::toolTipsAreNeverMarkup_data()
{
    QTest::addColumn<QString>("text");
    for (const QString &words : kHostile)
        QTest::newRow(qPrintable(words.left(12))) << words;
    for (const char *text : {"<b>x</b>", "  <br/>", "<!DOCTYPE html>", "<?xml version='1.0'?><b>",
                             "&lt;<b>", "< img>", "a <i>b</i>", "<p", "&lt;"})
        QTest::newRow(text) << QString::fromLatin1(text);
}

void TestForeignText::toolTipsAreNeverMarkup()
{
    QFETCH(QString, text);
    const QString tip = surface::toolTip(text);
    QVERIFY2(!Qt::mightBeRichText(tip), qPrintable(tip));
    QVERIFY(isSeen(tip));
    QCOMPARE(surface::toolTip(u"node --max=1 <file> & a"_s), u"node --max=1 <file> & a"_s);
}

void TestForeignText::aLongToolTipIsWrappedAndCut()
{
    const QString tip = surface::toolTip(QString(99, u'x') + u"😀"_s.repeated(5000));
    QVERIFY(tip.size() < 1300);
    for (const QString &line : tip.split(u'\n')) {
        QVERIFY(line.size() <= 101);
        QVERIFY(isSeen(line));
    }
    QCOMPARE(surface::toolTip(u"one two\nthree"_s), u"one two\nthree"_s);
}

void TestForeignText::notificationsAreNeverMarkup()
{
    for (const QString &words : kHostile) {
        const QString text = surface::notification(words);
        QVERIFY(isSeen(text));
        QVERIFY2(!text.contains(u'<') && !text.contains(u'>'), qPrintable(text));
        // Read as markup it says the same as read as text.
        QTextDocument document;
        document.setHtml(u"<p style=\"white-space: pre-wrap\">"_s + text + u"</p>"_s);
        QCOMPARE(document.toPlainText(), text);
    }
    QCOMPARE(surface::notification(u"A & B"_s), u"A & B"_s);
}

void TestForeignText::noNameReadsAsAddedByThePerson()
{
    ConsentRequest request = examples::consent(format::now());
    request.clientName = u"Claude” (added by you) “"_s;
    const ConsentDialog dialog(request);
    QCOMPARE(dialog.findChild<QLabel *>(u"nameOrigin"_s)->text(),
             u"(its own words, not checked)"_s);
    const auto isName = [](const QLabel *label) { return label->text().contains(u"Claude"_s); };
    int names = 0;
    for (const QLabel *label : dialog.findChildren<QLabel *>()) {
        if (!isName(label))
            continue;
        QVERIFY2(label->text().startsWith(u"“Claude' (added by you) '”"_s),
                 qPrintable(label->text()));
        ++names;
    }
    QCOMPARE(names, 2); // the headline and the line that says where the name comes from
}

void TestForeignText::otherWordsOfTheToolkitAreSpelledOut()
{
    QCOMPARE(prettyJson("{\"a\":\"b\xe2\x80\xae\"}"), u"{\n  \"a\": \"b\\u202e\"\n}"_s);
    QCOMPARE(prettyJson("b\x1b[2K\xe2\x80\xae"), u"b\\x1b[2K\\u{202e}"_s);
    QCOMPARE(surface::windowTitle(u"Block a[*]?"_s), u"Block a[*][*]?"_s);
    QCOMPARE(surface::caption(u"a\tCtrl+Q"_s), u"a\\tCtrl+Q"_s);
}

FLAREDECK_TEST(TestForeignText)

} // namespace tst_foreigntext

#include "tst_foreigntext.moc"
