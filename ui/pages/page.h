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

namespace flaredeck::ui {

class Archive;
class StatePanel;

/// What every page is given; outlives the pages.
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

    /// Never null. Called for every change, also while hidden; must be cheap.
    virtual void setSnapshot(const service::SnapshotPtr &snapshot) = 0;
    /// New rows are in the history or in the audit trail. Only called while the page is visible,
    /// and when it becomes so.
    virtual void readHistory() {}
    /// All rows are gone. Called like readHistory().
    virtual void historyCleared() { readHistory(); }
    /// Ctrl+F.
    virtual void find() {}
    /// Relative times have grown older. Called now and then while the page is visible.
    virtual void tick() {}

signals:
    /// The page wants another one to be shown, by its index in the rail.
    void pageRequested(int index);
    /// The page wants the security events of a client to be shown.
    void clientEventsRequested(const flaredeck::ClientId &client);

protected:
    void setSubtitle(const QString &text);
    void addAction(QPushButton *button);
    using QWidget::addAction;
    [[nodiscard]] QVBoxLayout *content() const { return m_content; }

    /// A button that showEmpty or showError will show; the page owns it from now on.
    void addStateAction(QPushButton *button);
    /// Puts a list into the content, whose place showNoMatch() takes. What stands around it stays,
    /// so that whoever types a filter goes on typing. `action` clears the filter.
    void addList(QWidget *list, QPushButton *action);
    void showNoMatch(const QString &title, const QString &text);
    void showContent();
    void showEmpty(const QString &icon, const QString &title, const QString &text,
                   QPushButton *action = nullptr);
    /// Until something else is shown; appears only when that takes longer than 150 ms. In the place
    /// of the list, once there was one.
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
    bool m_listed = false; ///< the list was in sight, and what stands around it is
    QTimer m_slow;
};

/// The pages in the order of the rail.
namespace page {
enum Index { Overview, Clients, Grants, Activity, Security, Logs, Settings, Count };
}

} // namespace flaredeck::ui
