#pragma once

#include <QLabel>

class QPainter;

namespace flaredeck::ui {

/// Wraps text to lines, and breaks a word that is wider than a line.
namespace wrapping {
[[nodiscard]] int height(const QString &text, const QFont &font, int width);
/// In the painter's font and pen.
void draw(QPainter &painter, const QString &text, const QRect &area,
          Qt::Alignment alignment = Qt::AlignLeft);
} // namespace wrapping

/// A label that can wrap words wider than itself. QLabel requests their whole width, which pushes a
/// dialog or a pane over its edge, and cuts them.
class WrappingLabel : public QLabel
{
    Q_OBJECT

public:
    using QLabel::QLabel;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;
    [[nodiscard]] int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    /// Whether some word does not fit.
    [[nodiscard]] bool breaksWords(int width) const;
    /// Width taken by the margins beside the text.
    [[nodiscard]] int sides() const;
};

} // namespace flaredeck::ui
