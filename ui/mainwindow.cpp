#include "ui/mainwindow.h"

#include "core/base/json.h"
#include "core/base/paths.h"
#include "core/base/plaintext.h"
#include "core/base/settings.h"
#include "core/service/corethread.h"
#include "ui/archive.h"
#include "ui/bannerarea.h"
#include "ui/dialogs/addressquestion.h"
#include "ui/dialogs/connectdialog.h"
#include "ui/dialogs/promptqueue.h"
#include "ui/dialogs/revokequestion.h"
#include "ui/pages/activitypage.h"
#include "ui/pages/clientspage.h"
#include "ui/pages/grantspage.h"
#include "ui/pages/logspage.h"
#include "ui/pages/overviewpage.h"
#include "ui/pages/securitypage.h"
#include "ui/pages/serverspage.h"
#include "ui/pages/settingspage.h"
#include "ui/pages/toolspage.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"
#include "ui/widgets/navigationrail.h"
#include "ui/widgets/surface.h"

#include <QApplication>
#include <QCloseEvent>
#include <QHBoxLayout>
#include <QMenu>
#include <QShortcut>
#include <QStackedWidget>
#include <QSystemTrayIcon>

#include <algorithm>

namespace flaredeck::ui {

namespace {

const QString kGeometry = QStringLiteral("window/geometry");
const QString kPage = QStringLiteral("window/page");
constexpr QSize kFirstSize(1240, 780);
constexpr QSize kSmallest(900, 580);
constexpr int kHistoryPauseMs = 400; ///< at least this long between two reads of new calls
constexpr int kTickMs = 10'000;

struct PageKind {
    QString name; ///< in links, and of its icon
    QString title;
    Page *(*make)(const PageContext &context);
};

template <typename Kind>
Page *make(const PageContext &context)
{
    return new Kind(context);
}

/// In the order of page::Index.
std::array<PageKind, page::Count> pageKinds()
{
    return {{
        {QStringLiteral("overview"), MainWindow::tr("Overview"), make<OverviewPage>},
        {QStringLiteral("clients"), MainWindow::tr("Clients"), make<ClientsPage>},
        {QStringLiteral("grants"), MainWindow::tr("Grants"), make<GrantsPage>},
        {QStringLiteral("activity"), MainWindow::tr("Activity"), make<ActivityPage>},
        {QStringLiteral("tools"), MainWindow::tr("Tools"), make<ToolsPage>},
        {QStringLiteral("servers"), MainWindow::tr("Servers"), make<ServersPage>},
        {QStringLiteral("security"), MainWindow::tr("Security"), make<SecurityPage>},
        {QStringLiteral("logs"), MainWindow::tr("Logs"), make<LogsPage>},
        {QStringLiteral("settings"), MainWindow::tr("Settings"), make<SettingsPage>},
    }};
}

} // namespace

MainWindow::MainWindow(service::CoreThread &core, const DataDir &files, Settings &settings,
                       LogBook &log, QWidget *parent)
    : QMainWindow(parent)
    , m_settings(settings)
    , m_archive(std::make_unique<Archive>(files.historyFile(), files.vaultFile()))
    , m_context{core, *m_archive, files.root, settings, log}
    , m_snapshot(core.snapshot())
    , m_accountMenu(new QMenu(this))
{
    setWindowTitle(QStringLiteral("Flaredeck"));
    setMinimumSize(kSmallest);
    build();
    connectCore(core);
    restore();
}

MainWindow::~MainWindow()
{
    m_settings.setState(kGeometry, saveGeometry());
}

void MainWindow::build()
{
    m_rail = new NavigationRail;
    for (const PageKind &kind : pageKinds())
        m_rail->addPage(kind.name, kind.title);
    m_rail->setAccountMenu(m_accountMenu);
    m_banners = new BannerArea(m_context.commands);
    m_stack = new QStackedWidget;

    auto *right = new QVBoxLayout;
    right->setSpacing(0);
    right->addWidget(m_banners);
    right->addWidget(m_stack, 1);
    auto *central = new QWidget;
    auto *row = new QHBoxLayout(central);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_rail);
    row->addLayout(right, 1);
    setCentralWidget(central);

    connect(m_rail, &NavigationRail::pageChosen, this, &MainWindow::open);
    connect(m_accountMenu, &QMenu::aboutToShow, this, &MainWindow::fillAccountMenu);
    for (int i = 0; i < page::Count; ++i) {
        auto *shortcut = new QShortcut(QKeySequence(Qt::CTRL | Qt::Key(Qt::Key_1 + i)), this);
        connect(shortcut, &QShortcut::activated, this, [this, i] { open(i); });
    }
    auto *find = new QShortcut(QKeySequence::Find, this);
    connect(find, &QShortcut::activated, this, [this] {
        if (Page *current = currentPage())
            current->find();
    });
    auto *quit = new QShortcut(QKeySequence::Quit, this);
    connect(quit, &QShortcut::activated, this, &MainWindow::quitRequested);
}

void MainWindow::connectCore(service::CoreThread &core)
{
    connect(&core, &service::CoreThread::changed, this, &MainWindow::take);
    const auto readSoon = [this] {
        if (isVisible() && !m_historyPause.isActive())
            m_historyPause.start();
    };
    connect(&core, &service::CoreThread::callsWritten, this, readSoon);
    connect(&core, &service::CoreThread::auditWritten, this, readSoon);
    connect(&core, &service::CoreThread::historyCleared, this, [this] {
        for (Page *built : m_pages) {
            if (built)
                built->historyCleared();
        }
    });
    m_historyPause.setSingleShot(true);
    m_historyPause.setInterval(kHistoryPauseMs);
    connect(&m_historyPause, &QTimer::timeout, this, [this] {
        if (Page *current = isVisible() ? currentPage() : nullptr)
            current->readHistory();
    });
    m_tick.setInterval(kTickMs);
    connect(&m_tick, &QTimer::timeout, this, [this] {
        if (Page *current = currentPage())
            current->tick();
    });
    if (m_snapshot)
        take(m_snapshot);
}

void MainWindow::take(const service::SnapshotPtr &snapshot)
{
    const bool moved = m_snapshot && m_snapshot->server.port != 0 &&
                       m_snapshot->server.port != snapshot->server.port &&
                       snapshot->server.state == service::ServerState::Listening;
    m_snapshot = snapshot;
    m_rail->setSnapshot(*snapshot);
    m_banners->setSnapshot(*snapshot);
    for (Page *built : m_pages) {
        if (built)
            built->setSnapshot(snapshot);
    }
    if (m_connecting)
        m_connecting->setSnapshot(snapshot);
    if (moved)
        addressquestion::ask(this, m_context.commands, snapshot->server.mcpUrl);
}

void MainWindow::connectClients()
{
    if (!m_connecting) {
        m_connecting = new ConnectDialog(m_context.commands, m_snapshot, this);
        m_connecting->setAttribute(Qt::WA_DeleteOnClose);
    }
    m_connecting->open();
}

void MainWindow::open(int index)
{
    if (index < 0 || index >= page::Count)
        return;
    Page *&target = m_pages.at(size_t(index));
    if (!target) {
        target = pageKinds().at(size_t(index)).make(m_context);
        connect(target, &Page::pageRequested, this, &MainWindow::open);
        connect(target, &Page::clientEventsRequested, this, &MainWindow::openEventsOf);
        connect(target, &Page::runRequested, this, &MainWindow::runTool);
        connect(target, &Page::connectRequested, this, &MainWindow::connectClients);
        m_stack->addWidget(target);
        if (m_snapshot)
            target->setSnapshot(m_snapshot);
    }
    m_rail->setCurrent(index);
    m_stack->setCurrentWidget(target);
    m_settings.setState(kPage, index);
    if (isVisible()) {
        target->tick();
        target->readHistory();
    }
}

void MainWindow::openNamed(const QString &name)
{
    const auto kinds = pageKinds();
    const auto named = std::find_if(kinds.begin(), kinds.end(),
                                    [&name](const PageKind &kind) { return kind.name == name; });
    if (named != kinds.end())
        open(int(named - kinds.begin()));
}

void MainWindow::openEventsOf(const ClientId &client)
{
    open(page::Security);
    if (auto *security = qobject_cast<SecurityPage *>(m_pages.at(page::Security)))
        security->showClient(client);
}

void MainWindow::runTool(const QString &tool, const QByteArray &arguments, const QString &account)
{
    open(page::Tools);
    const auto parsed = json::parse(arguments.isEmpty() ? QByteArray("{}") : arguments);
    if (auto *shown = qobject_cast<ToolsPage *>(m_pages.at(page::Tools)); shown && parsed)
        shown->runTool(tool, *parsed, account);
}

Page *MainWindow::currentPage() const
{
    return qobject_cast<Page *>(m_stack->currentWidget());
}

void MainWindow::showBrowserUsed(const QString &reason)
{
    m_banners->showBrowserUsed(reason);
}

void MainWindow::watch(PromptQueue &prompts)
{
    const auto show = [this](int count) {
        m_rail->setBadge(page::Grants, count);
        m_banners->setPending(count);
    };
    connect(&prompts, &PromptQueue::pendingChanged, this, show);
    connect(m_banners, &BannerArea::decisionsRequested, &prompts, &PromptQueue::raiseDialog);
    show(prompts.pending());
}

void MainWindow::fillAccountMenu()
{
    m_accountMenu->clear();
    const bool signedIn = m_snapshot && !m_snapshot->logins.isEmpty();
    if (signedIn) {
        for (const store::Login &login : m_snapshot->logins) {
            m_accountMenu->addSection(plaintext::line(login.email));
            for (const AccountRef &account : login.accounts)
                m_accountMenu->addAction(surface::caption(account.name))->setEnabled(false);
        }
        m_accountMenu->addSeparator();
    }
    m_accountMenu->addAction(signedIn ? tr("Manage accounts…") : tr("Sign in…"), this,
                             [this] { open(page::Settings); });
}

void MainWindow::raiseWindow()
{
    setWindowState(windowState() & ~Qt::WindowMinimized);
    show();
    raise();
    activateWindow();
}

void MainWindow::revokeAll()
{
    raiseWindow();
    open(page::Grants);
    if (m_snapshot)
        revokequestion::askAll(this, m_context.commands, *m_snapshot);
}

void MainWindow::restore()
{
    if (!restoreGeometry(m_settings.state(kGeometry).toByteArray()))
        resize(kFirstSize);
    m_firstPage = m_settings.state(kPage).toInt();
}

void MainWindow::showEvent(QShowEvent *event)
{
    QMainWindow::showEvent(event);
    if (event->spontaneous())
        return;
    // Pages cost memory; a window that starts in the tray has none.
    if (m_stack->count() == 0) {
        open(m_firstPage);
        m_rail->focusCurrent();
    } else if (Page *current = currentPage()) {
        current->readHistory();
    }
    m_tick.start();
}

void MainWindow::hideEvent(QHideEvent *event)
{
    QMainWindow::hideEvent(event);
    if (event->spontaneous())
        return;
    m_settings.setState(kGeometry, saveGeometry());
    m_tick.stop();
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    event->ignore();
    if (QSystemTrayIcon::isSystemTrayAvailable()) {
        hide();
        emit hiddenToTray();
    } else {
        emit quitRequested();
    }
}

void MainWindow::changeEvent(QEvent *event)
{
    QMainWindow::changeEvent(event);
    const QString mode = m_settings.get(setting::theme);
    if (event->type() == QEvent::ThemeChange && mode == QLatin1String("system"))
        applyTheme(*qApp, mode);
}

} // namespace flaredeck::ui
