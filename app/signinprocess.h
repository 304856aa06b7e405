#pragma once

#include "ui/signinlauncher.h"

#include <QByteArray>
#include <QPointer>
#include <QProcess>

namespace flaredeck {
class Settings;
}

namespace flaredeck::app {

/// Shows the provider's sign-in page: in flaredeck-login, a process that lives no longer than the
/// sign-in, or in the system's browser when the person prefers it or the web view cannot run here.
class SignInProcess : public ui::SignInLauncher
{
    Q_OBJECT

public:
    explicit SignInProcess(Settings &settings, QObject *parent = nullptr);
    ~SignInProcess() override;

    SignInShown show(const SignInRequest &request) override;
    void end(const QString &id, const QString &error) override;

signals:
    /// Why the browser opened instead of the window, for a notification.
    void browserUsed(const QString &reason);

private:
    void startWindow(const QString &program);
    SignInShown openBrowser() const;
    void readEvents();
    void take(const QByteArray &line);
    void giveUpWindow(const QString &reason);
    void stopWindow();

    Settings &m_settings;
    SignInRequest m_request; ///< the current one; its id is empty when there is none
    QPointer<QProcess> m_window;
    QByteArray m_received;
};

} // namespace flaredeck::app
