#pragma once

#include <QLabel>

namespace flaredeck::ui {

/// One line that shortens in the middle when there is no room, and shows all in a tool tip.
class ElidedLabel : public QLabel
{
    Q_OBJECT

public:
    explicit ElidedLabel(const QString &text = {}, Qt::TextElideMode mode = Qt::ElideMiddle,
                         QWidget *parent = nullptr);
    void setText(const QString &text);
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Qt::TextElideMode m_mode;
};

} // namespace flaredeck::ui
