#pragma once

#include "core/service/snapshot.h"

#include <QAbstractButton>
#include <QWidget>

class QButtonGroup;
class QLabel;
class QMenu;

namespace flaredeck::ui {

class AccountChip;
class ChipLabel;
class StatusDot;

/// One page of the rail.
class RailButton : public QAbstractButton
{
    Q_OBJECT

public:
    RailButton(QString icon, const QString &text, QWidget *parent = nullptr);
    void setBadge(int count);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_icon;
    int m_badge = 0;
};

/// The left rail: pages above, server and account below.
class NavigationRail : public QWidget
{
    Q_OBJECT

public:
    static constexpr int kWidth = 200;

    explicit NavigationRail(QWidget *parent = nullptr);

    /// Adds a page at the end; Ctrl+1 shows the first.
    void addPage(const QString &icon, const QString &text);
    void setCurrent(int index);
    void focusCurrent(); ///< focuses the current page's button
    void setBadge(int index, int count);
    void setSnapshot(const service::Snapshot &snapshot);
    /// Shown by the account chip; owned by the caller.
    void setAccountMenu(QMenu *menu);

signals:
    void pageChosen(int index);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QWidget *buildFoot();

    QButtonGroup *m_buttons;
    QWidget *m_pages;
    ChipLabel *m_sandbox;
    StatusDot *m_dot;
    QLabel *m_state;
    QLabel *m_address;
    AccountChip *m_account;
};

} // namespace flaredeck::ui
