#pragma once

#include <QLabel>

namespace flaredeck::ui {

/// One line that shortens in the middle when there is no room, and shows all in a tool tip. Its
/// text never makes a window wider: whose text it is may be no friend.
class ElidedLabel : public QLabel
{
    Q_OBJECT

public:
    explicit ElidedLabel(const QString &text = {}, Qt::TextElideMode mode = Qt::ElideMiddle,
                         QWidget *parent = nullptr);
    void setText(const QString &text);
    /// A click, Enter or Space shows the whole text on as many lines as it takes, and folds it
    /// again.
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
