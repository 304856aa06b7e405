#pragma once

#include "ui/models/activityfilter.h"

#include <QTimer>
#include <QWidget>

#include <functional>

class QHBoxLayout;
class QLineEdit;
class QMenu;
class QPushButton;

namespace flaredeck::ui {

/// A search field that shows its shortcut.
[[nodiscard]] QLineEdit *makeSearchField(const QString &placeholder, QWidget *parent = nullptr);

/// Free text and filters that combine and show as removable chips.
class FilterBar : public QWidget
{
    Q_OBJECT

public:
    struct Choice {
        ClientId id;
        QString name;
        bool operator==(const Choice &) const = default;
    };

    explicit FilterBar(QWidget *parent = nullptr);

    [[nodiscard]] const ActivityFilter &filter() const { return m_filter; }
    void setFilter(const ActivityFilter &filter);
    void setClients(const QList<Choice> &clients);
    void clear();
    void focusSearch();

signals:
    void filterChanged(const flaredeck::ui::ActivityFilter &filter);

private:
    void change(const ActivityFilter &filter);
    void rebuildChips();
    void fillMenu();
    void addChip(const QString &text, const std::function<void(ActivityFilter &)> &remove);

    ActivityFilter m_filter;
    QList<Choice> m_clients;
    QLineEdit *m_search;
    QHBoxLayout *m_chips;
    QPushButton *m_add;
    QMenu *m_menu;
    QTimer m_typing; ///< starts one query per pause instead of one per key
};

} // namespace flaredeck::ui
