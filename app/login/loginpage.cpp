#include "app/login/loginpage.h"

#include <QAuthenticator>
#include <QWebEngineCertificateError>
#include <QWebEngineClientCertificateSelection>
#include <QWebEngineFullScreenRequest>
#include <QWebEngineRegisterProtocolHandlerRequest>
#include <QWebEngineSettings>
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
#include <QWebEnginePermission>
#endif

namespace flaredeck::login {

LoginPage::LoginPage(QWebEngineProfile *profile, NavigationRules rules, QObject *parent)
    : QWebEnginePage(profile, parent)
    , m_rules(std::move(rules))
{
    QWebEngineSettings *allowed = settings();
    allowed->setAttribute(QWebEngineSettings::JavascriptCanOpenWindows, false);
    allowed->setAttribute(QWebEngineSettings::JavascriptCanAccessClipboard, false);
    allowed->setAttribute(QWebEngineSettings::PluginsEnabled, false);
    allowed->setAttribute(QWebEngineSettings::PdfViewerEnabled, false);
    allowed->setAttribute(QWebEngineSettings::FullScreenSupportEnabled, false);
    allowed->setAttribute(QWebEngineSettings::ScreenCaptureEnabled, false);
    allowed->setAttribute(QWebEngineSettings::LocalContentCanAccessFileUrls, false);
    allowed->setAttribute(QWebEngineSettings::NavigateOnDropEnabled, false);
    // LoginWindow explains failures in our own words.
    allowed->setAttribute(QWebEngineSettings::ErrorPageEnabled, false);
    refusePermissions();
}

void LoginPage::refusePermissions()
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    connect(this, &QWebEnginePage::permissionRequested, this,
            [](QWebEnginePermission permission) { permission.deny(); });
#else
    connect(this, &QWebEnginePage::featurePermissionRequested, this,
            [this](const QUrl &origin, Feature feature) {
                setFeaturePermission(origin, feature, PermissionDeniedByUser);
            });
#endif
    connect(this, &QWebEnginePage::fullScreenRequested, this,
            [](QWebEngineFullScreenRequest request) { request.reject(); });
    connect(this, &QWebEnginePage::registerProtocolHandlerRequested, this,
            [](QWebEngineRegisterProtocolHandlerRequest request) { request.reject(); });
    connect(this, &QWebEnginePage::certificateError, this,
            [](QWebEngineCertificateError error) { error.rejectCertificate(); });
    connect(this, &QWebEnginePage::selectClientCertificate, this,
            [](QWebEngineClientCertificateSelection selection) { selection.selectNone(); });
    // A null authenticator cancels. A password box of ours would look like the provider's.
    const auto cancel = [](QAuthenticator *authenticator) { *authenticator = QAuthenticator(); };
    connect(this, &QWebEnginePage::authenticationRequired, this,
            [cancel](const QUrl &, QAuthenticator *authenticator) { cancel(authenticator); });
    connect(this, &QWebEnginePage::proxyAuthenticationRequired, this,
            [cancel](const QUrl &, QAuthenticator *authenticator, const QString &) {
                cancel(authenticator);
            });
}

void LoginPage::continueTo(const QUrl &url)
{
    m_rules.allowHost(url);
    load(url);
}

bool LoginPage::acceptNavigationRequest(const QUrl &url, NavigationType, bool isMainFrame)
{
    const auto frame = isMainFrame ? NavigationRules::Frame::Main : NavigationRules::Frame::Sub;
    const NavigationRules::Verdict verdict = m_rules.judge(url, frame);
    if (isMainFrame)
        m_stoppedByRules = verdict != NavigationRules::Verdict::Allow;
    switch (verdict) {
    case NavigationRules::Verdict::Allow:
        return true;
    case NavigationRules::Verdict::AskFirst:
        emit leaving(url);
        return false;
    case NavigationRules::Verdict::Refuse:
        if (isMainFrame)
            emit stopped(url);
        return false;
    }
    return false;
}

QWebEnginePage *LoginPage::createWindow(WebWindowType)
{
    return nullptr;
}

QStringList LoginPage::chooseFiles(FileSelectionMode, const QStringList &, const QStringList &)
{
    return {};
}

void LoginPage::javaScriptAlert(const QUrl &, const QString &) {}

bool LoginPage::javaScriptConfirm(const QUrl &, const QString &)
{
    return false;
}

bool LoginPage::javaScriptPrompt(const QUrl &, const QString &, const QString &, QString *)
{
    return false;
}

// A page's console messages stay out of our output.
void LoginPage::javaScriptConsoleMessage(JavaScriptConsoleMessageLevel, const QString &, int,
                                         const QString &)
{
}

} // namespace flaredeck::login
