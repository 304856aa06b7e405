#pragma once

#include "core/service/snapshot.h"

#include <QTimer>
#include <QWidget>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QStackedLayout;
class QStackedWidget;
class QVBoxLayout;

namespace flaredeck {
class LogBook;
class Settings;
} // namespace flaredeck

namespace flaredeck::service {
class CommandQueue;
}

namespace flaredeck::store {
class Archive;
}

namespace flaredeck::ui {

using store::Archive;

class StatePanel;

/// What every page gets; outlives the pages.
struct PageContext {
    service::CommandQueue &commands;
    Archive &archive;
    QString dataDirectory;
    Settings &settings;
    LogBook &log;
};

/// The frame of a page: title, one-line subtitle, actions at the right, and below either the
/// content or one of the states empty, loading and failed.
class Page : public QWidget
{
    Q_OBJECT

public:
    explicit Page(const QString &title, QWidget *parent = nullptr);

    /// `snapshot` is never null. Called for every change, even while hidden; must be cheap.
    virtual void setSnapshot(const service::SnapshotPtr &snapshot) = 0;
    /// The history or the audit trail has new rows. Called only while the page is visible, and when
    /// it becomes visible.
    virtual void readHistory() {}
    /// All rows are gone. Called like readHistory().
    virtual void historyCleared() { readHistory(); }
    /// Ctrl+F.
    virtual void find() {}
    /// Updates relative times. Called now and then while the page is visible.
    virtual void tick() {}

signals:
    /// Asks for another page, by its index in the rail.
    void pageRequested(int index);
    /// Asks for the dialog that connects a client.
    void connectRequested();
    /// Asks for the page with the security events of a client.
    void clientEventsRequested(const flaredeck::ClientId &client);
    /// Asks for a tool to be run by the person who is signed in; `arguments` are JSON.
    void runRequested(const QString &tool, const QByteArray &arguments, const QString &account);

protected:
    void setSubtitle(const QString &text);
    void addAction(QWidget *action);
    using QWidget::addAction;
    [[nodiscard]] QVBoxLayout *content() const { return m_content; }

    /// A button that showEmpty() or showError() shows; the page takes ownership.
    void addStateAction(QPushButton *button);
    /// Puts a list into the content; showNoMatch() replaces the list alone, so that a person who
    /// types a filter can go on typing. `action` clears the filter.
    void addList(QWidget *list, QPushButton *action);
    void showNoMatch(const QString &title, const QString &text);
    void showContent();
    void showEmpty(const QString &icon, const QString &title, const QString &text,
                   QPushButton *action = nullptr);
    /// Shown until something else is; appears only when that takes longer than 150 ms. Replaces the
    /// list alone, once there was one.
    void showLoading();
    void showError(const QString &title, const QString &problem, QPushButton *retry = nullptr);

private:
    QLabel *m_subtitle;
    QHBoxLayout *m_actions;
    QVBoxLayout *m_content;
    QStackedLayout *m_stack;
    QWidget *m_body;
    StatePanel *m_state;
    QStackedWidget *m_list = nullptr;
    StatePanel *m_noMatch = nullptr;
    QPushButton *m_showAll = nullptr;
    bool m_listed = false; ///< the list was visible, and the widgets around it still are
    QTimer m_slow;
};

/// The pages in the order of the rail.
namespace page {
enum Index { Overview, Clients, Grants, Activity, Tools, Servers, Security, Logs, Settings, Count };
}

} // namespace flaredeck::ui
