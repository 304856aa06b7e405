#pragma once

#include "app/login/navigationrules.h"

#include <QWebEnginePage>

namespace flaredeck::login {

/// A web page that goes only where the rules let it, opens nothing, and is granted nothing. The one
/// place where Qt WebEngine 6.4 and 6.8 differ.
class LoginPage : public QWebEnginePage
{
    Q_OBJECT

public:
    LoginPage(QWebEngineProfile *profile, NavigationRules rules, QObject *parent);

    [[nodiscard]] const NavigationRules &rules() const { return m_rules; }
    /// Goes to another host after the person agreed.
    void continueTo(const QUrl &url);
    /// The navigation that failed last was stopped by us, so there is nothing to explain.
    [[nodiscard]] bool wasStoppedByRules() const { return m_stoppedByRules; }

signals:
    void leaving(const QUrl &url); ///< stopped: the person must agree first
    void stopped(const QUrl &url); ///< stopped for good

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
