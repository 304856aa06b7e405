#pragma once

#include "ui/theme/tokens.h"

#include <QWidget>

namespace flaredeck::ui {

/// How much of a limit is used, as a bar. Stands beside the figures, never alone.
class Meter : public QWidget
{
    Q_OBJECT

public:
    explicit Meter(QWidget *parent = nullptr);
    /// `share` of 1; more fills it.
    void set(double share, Tone tone);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    double m_share = 0;
    Tone m_tone = Tone::Neutral;
};

} // namespace flaredeck::ui
