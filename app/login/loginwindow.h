#pragma once

#include "app/login/loginrequest.h"

#include <QTimer>
#include <QWebEngineLoadingInfo>
#include <QWebEnginePage>
#include <QWidget>

class QStackedWidget;
class QWebEngineProfile;
class QWebEngineView;

namespace flaredeck::login {

class LoginPage;
class MessageScreen;
class NoticeBar;
class OriginBar;

/// The sign-in window: the page, its origin above it, and a button that hands over to the system's
/// browser. The web profile lives in memory only.
class LoginWindow : public QWidget
{
    Q_OBJECT

public:
    /// `minimumChromium` decides whether the window warns before it starts an old engine.
    LoginWindow(LoginRequest request, int minimumChromium);
    ~LoginWindow() override;

signals:
    void finished(); ///< the callback has responded
    void cancelled();
    void browserWanted();

protected:
    void closeEvent(QCloseEvent *event) override;

private:
    /// Who is signed in to, for people.
    [[nodiscard]] QString siteName() const;
    void warnAboutOldEngine(int minimumChromium);
    void startPage();
    [[nodiscard]] QWebEngineProfile *makeProfile();
    void showLoading(const QWebEngineLoadingInfo &info);
    void askBeforeLeaving(const QUrl &url);
    void showFailure(const QString &title, const QString &cause);
    void retry();
    void offerBrowser();

    const LoginRequest m_request;
    OriginBar *m_originBar;
    NoticeBar *m_notice;
    QStackedWidget *m_stack;
    MessageScreen *m_oldEngineScreen;
    MessageScreen *m_failureScreen;
    QWebEngineView *m_view = nullptr; ///< none until the engine is started
    LoginPage *m_page = nullptr;
    QTimer m_stalled;
    QUrl m_failedUrl;
};

} // namespace flaredeck::login
