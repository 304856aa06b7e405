#pragma once

#include "core/service/snapshot.h"

#include <QMenu>
#include <QObject>
#include <QSystemTrayIcon>

namespace flaredeck::app {

/// The icon in the system tray: shows the state and reopens the window.
class TrayIcon : public QObject
{
    Q_OBJECT

public:
    explicit TrayIcon(QObject *parent = nullptr);

    void setSnapshot(const service::Snapshot &snapshot);
    void setWaiting(int decisions);
    void notify(const QString &title, const QString &text);

signals:
    void openRequested();
    void revokeAllRequested();
    void quitRequested();

private:
    void refresh();

    QSystemTrayIcon m_icon;
    QMenu m_menu;
    QAction *m_state = nullptr;
    QAction *m_copy = nullptr;
    service::ServerView m_server;
    int m_waiting = 0;
};

} // namespace flaredeck::app
