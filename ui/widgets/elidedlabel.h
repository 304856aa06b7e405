#pragma once

#include <QLabel>

namespace flaredeck::ui {

/// One line that is elided in the middle when there is no room, with the whole text in a tool tip.
/// The text never makes a window wider, since it may come from an attacker.
class ElidedLabel : public QLabel
{
    Q_OBJECT

public:
    explicit ElidedLabel(const QString &text = {}, Qt::TextElideMode mode = Qt::ElideMiddle,
                         QWidget *parent = nullptr);
    void setText(const QString &text);
    /// A click, Enter or Space unfolds the text to all its lines, and folds it again.
    void setUnfolds();
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;
    [[nodiscard]] bool hasHeightForWidth() const override { return m_whole; }
    [[nodiscard]] int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    [[nodiscard]] bool isCut() const;
    void unfold();

    Qt::TextElideMode m_mode;
    bool m_unfolds = false;
    bool m_whole = false;
};

} // namespace flaredeck::ui
