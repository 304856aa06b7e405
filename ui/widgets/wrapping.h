#pragma once

#include <QLabel>

class QPainter;

namespace flaredeck::ui {

/// Text on as many lines as it takes, broken inside of a word when the word is wider than a line.
namespace wrapping {
[[nodiscard]] int height(const QString &text, const QFont &font, int width);
/// In the painter's font and pen.
void draw(QPainter &painter, const QString &text, const QRect &area,
          Qt::Alignment alignment = Qt::AlignLeft);
} // namespace wrapping

/// A label whose word wrap copes with words that are wider than it is. QLabel asks for their whole
/// width, which pushes a dialog or a pane over its edge, and cuts them.
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
    /// Some word does not fit.
    [[nodiscard]] bool breaksWords(int width) const;
    /// Lost at the sides of the text.
    [[nodiscard]] int sides() const;
};

} // namespace flaredeck::ui
