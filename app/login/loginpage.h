#pragma once

#include "app/login/navigationrules.h"

#include <QWebEnginePage>

namespace flaredeck::login {

/// A web page that navigates only where the rules allow, opens no windows and gets no permissions.
/// The one place where Qt WebEngine 6.4 and 6.8 differ.
class LoginPage : public QWebEnginePage
{
    Q_OBJECT

public:
    LoginPage(QWebEngineProfile *profile, NavigationRules rules, QObject *parent);

    [[nodiscard]] const NavigationRules &rules() const { return m_rules; }
    /// Navigates to another host after the person agreed.
    void continueTo(const QUrl &url);
    /// We stopped the last navigation that failed, so there is nothing to explain.
    [[nodiscard]] bool wasStoppedByRules() const { return m_stoppedByRules; }

signals:
    void leaving(const QUrl &url); ///< the navigation waits until the person agrees
    void stopped(const QUrl &url); ///< the navigation is refused for good

protected:
    bool acceptNavigationRequest(const QUrl &url, NavigationType type, bool isMainFrame) override;
    QWebEnginePage *createWindow(WebWindowType type) override;
    QStringList chooseFiles(FileSelectionMode mode, const QStringList &oldFiles,
                            const QStringList &acceptedMimeTypes) override;
    void javaScriptAlert(const QUrl &origin, const QString &message) override;
    bool javaScriptConfirm(const QUrl &origin, const QString &message) override;
    bool javaScriptPrompt(const QUrl &origin, const QString &message, const QString &defaultValue,
                          QString *result) override;
    void javaScriptConsoleMessage(JavaScriptConsoleMessageLevel level, const QString &message,
                                  int lineNumber, const QString &sourceId) override;

private:
    void refusePermissions();

    NavigationRules m_rules;
    bool m_stoppedByRules = false;
};

} // namespace flaredeck::login
