#include "ui/widgets/elidedlabel.h"

#include "core/base/plaintext.h"
#include "ui/widgets/surface.h"

#include "ui/theme/shapes.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/wrapping.h"
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

namespace flaredeck::ui {

namespace {
constexpr int kWidest = 420;
} // namespace

ElidedLabel::ElidedLabel(const QString &text, Qt::TextElideMode mode, QWidget *parent)
    : QLabel(parent)
    , m_mode(mode)
{
    setTextFormat(Qt::PlainText);
    setText(text);
}

void ElidedLabel::setText(const QString &text)
{
    QLabel::setText(plaintext::line(text));
    setToolTip(surface::toolTip(QLabel::text()));
}

void ElidedLabel::setUnfolds()
{
    m_unfolds = true;
}

QSize ElidedLabel::sizeHint() const
{
    const QSize whole = QLabel::sizeHint();
    return {qMin(whole.width(), kWidest), whole.height()};
}

QSize ElidedLabel::minimumSizeHint() const
{
    return {40, QLabel::minimumSizeHint().height()};
}

int ElidedLabel::heightForWidth(int width) const
{
    return wrapping::height(text(), font(), width);
}

bool ElidedLabel::isCut() const
{
    return fontMetrics().horizontalAdvance(text()) > contentsRect().width();
}

void ElidedLabel::unfold()
{
    m_whole = !m_whole;
    QSizePolicy policy = sizePolicy();
    policy.setHeightForWidth(m_whole);
    setSizePolicy(policy);
    updateGeometry();
    update();
}

void ElidedLabel::resizeEvent(QResizeEvent *event)
{
    QLabel::resizeEvent(event);
    if (!m_unfolds)
        return;
    // A text that is shown whole needs no Tab stop, since there is nothing to unfold.
    const bool opens = m_whole || isCut();
    setFocusPolicy(opens ? Qt::TabFocus : Qt::NoFocus);
    setCursor(opens ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

void ElidedLabel::mouseReleaseEvent(QMouseEvent *event)
{
    if (m_unfolds && event->button() == Qt::LeftButton && (m_whole || isCut()))
        unfold();
    else
        QLabel::mouseReleaseEvent(event);
}

void ElidedLabel::keyPressEvent(QKeyEvent *event)
{
    const int key = event->key();
    if (m_unfolds && (key == Qt::Key_Space || key == Qt::Key_Return || key == Qt::Key_Enter))
        unfold();
    else
        QLabel::keyPressEvent(event);
}

void ElidedLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setFont(font());
    painter.setPen(palette().color(foregroundRole()));
    if (m_whole)
        wrapping::draw(painter, text(), contentsRect());
    else
        painter.drawText(contentsRect(), int(alignment()) | Qt::TextSingleLine,
                         fontMetrics().elidedText(text(), m_mode, contentsRect().width()));
    if (hasFocus())
        shapes::focusRing(painter, rect(), 4, Tokens::of(palette()));
}

} // namespace flaredeck::ui
