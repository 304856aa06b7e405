#pragma once

#include "ui/pages/page.h"

#include <QMainWindow>
#include <QPointer>
#include <QTimer>

#include <array>
#include <memory>

class QMenu;
class QStackedWidget;

namespace flaredeck {
class LogBook;
struct DataDir;
class Settings;
} // namespace flaredeck

namespace flaredeck::service {
class CoreThread;
}

namespace flaredeck::store {
class Archive;
}

namespace flaredeck::ui {

using store::Archive;

class BannerArea;
class ConnectDialog;
class NavigationRail;
class PromptQueue;

/// Rail, banners and pages. A page is built when it is first shown.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    MainWindow(service::CoreThread &core, const DataDir &files, Settings &settings, LogBook &log,
               QWidget *parent = nullptr);
    ~MainWindow() override;

    void raiseWindow();
    /// Shows a page by its index in the rail.
    void open(int index);
    /// The same by the word that links have for it; of another word it takes no notice.
    void openNamed(const QString &name);
    /// Asks whether to revoke the access of every client.
    void revokeAll();
    /// Shows the audit trail of one client.
    void openEventsOf(const ClientId &client);
    /// Shows a tool and runs it, as TryTool::runWith().
    void runTool(const QString &tool, const QByteArray &arguments, const QString &account);
    /// Shows the clients of this computer, to connect them.
    void connectClients();
    /// Shows how many decisions wait, and leads to the dialog.
    void watch(PromptQueue &prompts);
    /// Says why the browser shows the sign-in page instead of our window.
    void showBrowserUsed(const QString &reason);

signals:
    void quitRequested();
    void hiddenToTray();

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void closeEvent(QCloseEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void build();
    void connectCore(service::CoreThread &core);
    void restore();
    void take(const service::SnapshotPtr &snapshot);
    [[nodiscard]] Page *currentPage() const;
    void fillAccountMenu();

    Settings &m_settings;
    std::unique_ptr<Archive> m_archive;
    const PageContext m_context;
    service::SnapshotPtr m_snapshot;
    QPointer<ConnectDialog> m_connecting;
    NavigationRail *m_rail = nullptr;
    BannerArea *m_banners = nullptr;
    QStackedWidget *m_stack = nullptr;
    QMenu *m_accountMenu = nullptr;
    std::array<Page *, page::Count> m_pages{}; ///< null until shown
    QTimer m_historyPause;
    QTimer m_tick;
    int m_firstPage = 0;
};

} // namespace flaredeck::ui
