#pragma once

#include "core/service/snapshot.h"

#include <QPointer>
#include <QWidget>

class QPushButton;

namespace flaredeck::service {
class CommandQueue;
}

namespace flaredeck::ui {

class Banner;
class KeychainDialog;
class SignInDialog;

/// Notices above every page: sandbox, port taken, no keychain, sign in again, a sign-in that went
/// to the browser, a pending decision, a history that cannot be written, the receipt of a
/// revocation, a new version.
class BannerArea : public QWidget
{
    Q_OBJECT

public:
    explicit BannerArea(service::CommandQueue &commands, QWidget *parent = nullptr);

    void setSnapshot(const service::Snapshot &snapshot);
    void setPending(int decisions);
    /// Why the browser shows the sign-in page; shown until the sign-in ends.
    void showBrowserUsed(const QString &reason);

signals:
    void decisionsRequested();

private:
    void buildPort();
    void buildKeychain();
    void buildVersion();
    void setKeychain(const service::Snapshot &snapshot);
    void showKeychain();
    void setReceipt(const service::Receipt &receipt);
    void listen(quint16 port);
    void setEnding(const service::Snapshot &snapshot);
    void signInAgain();
    void arrange();

    service::CommandQueue &m_commands;
    Banner *m_sandbox;
    Banner *m_decisions;
    Banner *m_port;
    Banner *m_keychain;
    Banner *m_signIn;
    Banner *m_ending; ///< a sign-in that ends by itself, and soon
    Banner *m_browser;
    Banner *m_vault;
    Banner *m_receipt;
    Banner *m_receiptProblem;
    Banner *m_history;
    Banner *m_version;
    service::Snapshot m_snapshot;
    QPointer<KeychainDialog> m_choices;
    QPointer<SignInDialog> m_ways;
    QString m_versionPage;
    QString m_versionRead;     ///< that the person dismissed
    bool m_tokenEnded = false; ///< the sign-in that m_signIn is about cannot be renewed
    bool m_lossShown = false;  ///< the dialog has opened by itself, which it does once
    QPushButton *m_nextPort = nullptr;
    quint16 m_portNumber = 0;
    quint16 m_freePort = 0;
    bool m_signingIn = false;
    int m_receiptNumber = 0;
    int m_receiptRead = 0; ///< number of the receipt that the person dismissed
};

} // namespace flaredeck::ui
