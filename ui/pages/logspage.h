#pragma once

#include "ui/pages/page.h"

class QComboBox;
class QLineEdit;

namespace flaredeck::ui {

class DataTable;
class LogFilter;
class LogModel;

/// The app's own log, live. Follows the end until someone scrolls up.
class LogsPage : public Page
{
    Q_OBJECT

public:
    explicit LogsPage(const PageContext &context, QWidget *parent = nullptr);

    void setSnapshot(const service::SnapshotPtr &) override {}
    void find() override;

private:
    void setLevel(int index);
    void noteNewLines(int count);
    void follow();
    void showState();
    void copy();
    [[nodiscard]] bool atEnd() const;

    Settings &m_settings;
    LogModel *m_model;
    LogFilter *m_filter;
    DataTable *m_table;
    QLineEdit *m_search;
    QComboBox *m_level;
    QPushButton *m_newLines;
    QPushButton *m_clear;
    int m_unseen = 0;
    bool m_following = true;
};

} // namespace flaredeck::ui
