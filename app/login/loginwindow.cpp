#include "app/login/loginwindow.h"

#include "app/login/engine.h"
#include "app/login/loginpage.h"
#include "app/login/messagescreen.h"
#include "app/login/noticebar.h"
#include "app/login/originbar.h"
#include "ui/theme/icons.h"
#include "ui/theme/style.h"
#include "ui/theme/tokens.h"

#include <QCloseEvent>
#include <QHBoxLayout>
#include <QPushButton>
#include <QShortcut>
#include <QStackedWidget>
#include <QWebEngineDownloadRequest>
#include <QWebEngineProfile>
#include <QWebEngineView>
#include <qtwebenginecoreglobal.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace flaredeck::login {

namespace {

constexpr QSize kSize(520, 720);
constexpr auto kStallTime = 20s;

} // namespace

LoginWindow::LoginWindow(LoginRequest request, int minimumChromium)
    : m_request(std::move(request))
    , m_originBar(new OriginBar(this))
    , m_notice(new NoticeBar(this))
    , m_stack(new QStackedWidget(this))
    , m_oldEngineScreen(new MessageScreen(this))
    , m_failureScreen(new MessageScreen(this))
{
    setWindowTitle(m_request.sandbox ? tr("Sign in to the sandbox")
                                     : tr("Sign in to %1").arg(siteName()));
    setWindowIcon(ui::icons::icon(u"app"_s, ui::Tokens::of(palette()).accent));
    resize(kSize);

    auto *cancel = new QPushButton(tr("Cancel"), this);
    auto *browser = new QPushButton(tr("Use my browser instead"), this);
    ui::setRole(browser, ui::ButtonRole::Link);
    for (QPushButton *button : {cancel, browser})
        button->setAutoDefault(true);
    m_stack->addWidget(m_oldEngineScreen);
    m_stack->addWidget(m_failureScreen);

    auto *header = new QHBoxLayout;
    header->setContentsMargins(ui::space::l, ui::space::m, ui::space::l, ui::space::xs);
    header->setSpacing(ui::space::m);
    header->addWidget(m_originBar, 1);
    header->addWidget(cancel, 0, Qt::AlignTop);
    auto *footer = new QHBoxLayout;
    footer->setContentsMargins(ui::space::l, ui::space::s, ui::space::l, ui::space::s);
    footer->addWidget(browser);
    footer->addStretch();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(header);
    column->addWidget(m_notice);
    column->addWidget(m_stack, 1);
    column->addLayout(footer);

    connect(cancel, &QPushButton::clicked, this, &LoginWindow::cancelled);
    connect(browser, &QPushButton::clicked, this, &LoginWindow::browserWanted);
    auto *escape = new QShortcut(Qt::Key_Escape, this);
    connect(escape, &QShortcut::activated, this, &LoginWindow::cancelled);
    connect(m_oldEngineScreen, &MessageScreen::primaryChosen, this, &LoginWindow::browserWanted);
    connect(m_oldEngineScreen, &MessageScreen::secondaryChosen, this, &LoginWindow::startPage);
    connect(m_failureScreen, &MessageScreen::primaryChosen, this, &LoginWindow::retry);
    connect(m_failureScreen, &MessageScreen::secondaryChosen, this, &LoginWindow::browserWanted);
    m_stalled.setSingleShot(true);
    m_stalled.setInterval(kStallTime);
    connect(&m_stalled, &QTimer::timeout, this, &LoginWindow::offerBrowser);

    const bool tooOld = engine::majorVersion(qWebEngineChromiumVersion()) < minimumChromium;
    // The plain pages of a stand-in on this computer work with any engine.
    if (tooOld && !isLoopback(m_request.url))
        warnAboutOldEngine(minimumChromium);
    else
        startPage();
}

QString LoginWindow::siteName() const
{
    return m_request.server.isEmpty() ? tr("Cloudflare") : m_request.server;
}

LoginWindow::~LoginWindow()
{
    // The page must be deleted before its profile, and both view and profile are children.
    delete m_view;
}

void LoginWindow::closeEvent(QCloseEvent *event)
{
    event->accept();
    emit cancelled();
}

void LoginWindow::warnAboutOldEngine(int minimumChromium)
{
    m_oldEngineScreen->setContent(
        {tr("The built-in view is too old for this page"),
         tr("The sign-in page of %3 may need a web engine of at least Chromium %1. This system has "
            "Chromium %2, so the check that you are a person would probably fail. Your browser can "
            "sign in instead, and the app continues by itself afterwards.")
             .arg(QString::number(minimumChromium),
                  QString::number(engine::majorVersion(qWebEngineChromiumVersion())), siteName()),
         tr("Use my browser instead"), tr("Try anyway")});
    m_stack->setCurrentWidget(m_oldEngineScreen);
}

void LoginWindow::startPage()
{
    m_view = new QWebEngineView(this);
    m_view->setContextMenuPolicy(Qt::NoContextMenu);
    m_view->setAccessibleName(tr("Sign-in page"));
    const auto place = m_request.sandbox            ? NavigationRules::Place::Sandbox
                       : m_request.server.isEmpty() ? NavigationRules::Place::Provider
                                                    : NavigationRules::Place::Remote;
    m_page = new LoginPage(makeProfile(), NavigationRules(m_request.url, m_request.callback, place),
                           m_view);
    m_page->setBackgroundColor(palette().color(QPalette::Window));
    m_view->setPage(m_page);
    m_stack->addWidget(m_view);
    m_stack->setCurrentWidget(m_view);

    connect(m_page, &QWebEnginePage::urlChanged, m_originBar, &OriginBar::setUrl);
    connect(m_page, &QWebEnginePage::loadProgress, m_originBar, &OriginBar::setProgress);
    connect(m_page, &QWebEnginePage::loadingChanged, this, &LoginWindow::showLoading);
    connect(m_page, &LoginPage::leaving, this, &LoginWindow::askBeforeLeaving);
    connect(m_page, &LoginPage::stopped, this, [this](const QUrl &url) {
        m_notice->showSentence(tr("This window does not open %1.").arg(originText(url)));
    });
    connect(m_page, &QWebEnginePage::renderProcessTerminated, this, [this] {
        m_failedUrl = m_request.url;
        showFailure(tr("The page stopped working"), tr("The web engine ended unexpectedly."));
    });
    m_page->load(m_request.url);
    m_view->setFocus();
}

QWebEngineProfile *LoginWindow::makeProfile()
{
    // A profile without a storage name stores nothing on disk.
    auto *profile = new QWebEngineProfile(this);
    profile->setPersistentCookiesPolicy(QWebEngineProfile::NoPersistentCookies);
    profile->setHttpCacheType(QWebEngineProfile::MemoryHttpCache);
    connect(profile, &QWebEngineProfile::downloadRequested, this,
            [](QWebEngineDownloadRequest *download) { download->cancel(); });
    return profile;
}

void LoginWindow::showLoading(const QWebEngineLoadingInfo &info)
{
    switch (info.status()) {
    case QWebEngineLoadingInfo::LoadStartedStatus:
        m_notice->hide();
        m_stalled.start();
        return;
    case QWebEngineLoadingInfo::LoadStoppedStatus:
        m_stalled.stop();
        m_originBar->setProgress(100);
        return;
    case QWebEngineLoadingInfo::LoadSucceededStatus:
    case QWebEngineLoadingInfo::LoadFailedStatus:
        break;
    }
    m_stalled.stop();
    m_originBar->setProgress(100);
    const bool answered = info.status() == QWebEngineLoadingInfo::LoadSucceededStatus ||
                          info.errorDomain() == QWebEngineLoadingInfo::HttpStatusCodeDomain;
    if (answered) {
        // The request to the callback ends the sign-in; its page is the one that a browser gets.
        if (m_page->rules().isCallback(info.url()))
            emit finished();
        return;
    }
    if (m_page->wasStoppedByRules())
        return;
    m_failedUrl = info.url();
    showFailure(tr("This page cannot be reached"),
                info.errorString().isEmpty()
                    ? tr("There was no answer from %1.").arg(originText(info.url()))
                    : tr("%1 did not load: %2").arg(originText(info.url()), info.errorString()));
}

void LoginWindow::askBeforeLeaving(const QUrl &url)
{
    m_notice->ask(tr("You are leaving %1: %2").arg(siteName(), url.host(QUrl::FullyEncoded)),
                  {tr("Continue"), [this, url] { m_page->continueTo(url); }}, {tr("Stay"), {}});
}

void LoginWindow::showFailure(const QString &title, const QString &cause)
{
    m_failureScreen->setContent({title, cause, tr("Retry"), tr("Use my browser instead")});
    m_stack->setCurrentWidget(m_failureScreen);
}

void LoginWindow::retry()
{
    m_stack->setCurrentWidget(m_view);
    m_page->load(m_failedUrl);
    m_view->setFocus();
}

void LoginWindow::offerBrowser()
{
    m_notice->ask(tr("This page takes long to load. Your browser may do better."),
                  {tr("Use my browser instead"), [this] { emit browserWanted(); }},
                  {tr("Wait"), {}});
}

} // namespace flaredeck::login
