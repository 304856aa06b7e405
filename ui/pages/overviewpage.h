#pragma once

#include "ui/archive.h"
#include "ui/pages/page.h"

#include <QPointer>

#include <optional>

class QGridLayout;

namespace flaredeck::ui {

class SignInDialog;

class ActivityModel;
class CallChart;
class Card;
class DataTable;
class FigureCard;
class Onboarding;
class StatusStrip;

/// Shows whether the server runs, who is connected and what is wrong. Scrolls in a low window.
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
    /// Facts of the history besides the recent calls.
    struct Day {
        Millis now;
        Result<store::CallTotals> today;
        Result<store::CallTotals> sinceYesterday;
        Result<QList<store::CallRecord>> lastFailed; ///< the last failed call of today, if any
        Result<QList<store::MinuteCount>> lastHour;
    };
    [[nodiscard]] static Day readDay(store::HistoryReader &reader);
    void showDay(const Day &day);
    void showRecent();
    void showSubtitle();
    void signIn();

    service::CommandQueue &m_commands;
    Archive &m_archive;
    Reading m_day;
    service::SnapshotPtr m_snapshot;
    QPointer<SignInDialog> m_ways;
    std::optional<store::CallRecord> m_lastCall;

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
