#pragma once

#include "core/store/history.h"
#include "ui/pages/page.h"

#include <optional>

class QGridLayout;

namespace flaredeck::ui {

class ActivityModel;
class CallChart;
class Card;
class DataTable;
class FigureCard;
class Onboarding;
class StatusStrip;

/// Is it running, who is there, is anything wrong. Scrolls in a window that is too low for all.
class OverviewPage : public Page
{
    Q_OBJECT

public:
    explicit OverviewPage(const PageContext &context, QWidget *parent = nullptr);

    void setSnapshot(const service::SnapshotPtr &snapshot) override;
    void readHistory() override;
    void historyCleared() override;
    void tick() override;

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *buildDashboard(const PageContext &context);
    Card *buildChart();
    Card *buildRecent(const PageContext &context);
    void arrangeFigures();
    void showFigures();
    void showSubtitle();
    void signIn();

    Commands &m_commands;
    store::HistoryReader m_history;
    service::SnapshotPtr m_snapshot;
    std::optional<store::CallRecord> m_lastCall;
    std::optional<store::CallRecord> m_lastBad;

    QWidget *m_dashboard = nullptr;
    Onboarding *m_onboarding = nullptr;
    StatusStrip *m_strip = nullptr;
    QGridLayout *m_figures = nullptr;
    FigureCard *m_open = nullptr;
    FigureCard *m_calls = nullptr;
    FigureCard *m_failed = nullptr;
    FigureCard *m_time = nullptr;
    CallChart *m_chart = nullptr;
    ActivityModel *m_recent = nullptr;
    QPushButton *m_connect = nullptr;
};

} // namespace flaredeck::ui
