#pragma once

#include "core/store/history/history.h"

#include <QWidget>

namespace flaredeck::ui {

/// Calls per minute of the last hour as stacked bars: ok, failed, denied.
class CallChart : public QWidget
{
    Q_OBJECT

public:
    static constexpr int kMinutes = 60;

    explicit CallChart(QWidget *parent = nullptr);

    /// `counts` may lack minutes without calls; `now` is the right edge.
    void set(const QList<store::MinuteCount> &counts, Millis now);
    [[nodiscard]] QSize sizeHint() const override { return {600, 96}; }

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    [[nodiscard]] QRectF column(int index) const;

    QList<store::MinuteCount> m_minutes; ///< always kMinutes, oldest first
};

} // namespace flaredeck::ui
