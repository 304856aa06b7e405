#include "ui/widgets/buttons.h"

#include "ui/theme/shapes.h"
#include "ui/theme/tokens.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QPainter>
#include <QTimer>

namespace flaredeck::ui {

namespace {

class EnterKey : public QObject
{
public:
    explicit EnterKey(QAbstractButton *button)
        : QObject(button)
        , m_button(button)
    {
        button->installEventFilter(this);
    }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        if (event->type() != QEvent::KeyPress)
            return QObject::eventFilter(watched, event);
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key != Qt::Key_Return && key != Qt::Key_Enter)
            return QObject::eventFilter(watched, event);
        if (!static_cast<QKeyEvent *>(event)->isAutoRepeat())
            m_button->click();
        return true;
    }

private:
    QAbstractButton *m_button;
};

} // namespace

void clickByEnter(QAbstractButton *button)
{
    new EnterKey(button);
}

QPushButton *makeButton(const QString &text, ButtonRole role, QWidget *parent)
{
    auto *button = new QPushButton(text, parent);
    // Otherwise Enter presses the dialog's default button instead, and does nothing on a page.
    button->setAutoDefault(true);
    setRole(button, role);
    return button;
}

CopyButton::CopyButton(const QString &what, QWidget *parent)
    : QPushButton(tr("Copy"), parent)
{
    setAutoDefault(true); // Enter copies, and does not close the dialog
    setAccessibleName(what);
    setToolTip(what);
    // Wide enough for both words, so that nothing moves.
    setFixedWidth(qMax(sizeHint().width(), fontMetrics().horizontalAdvance(tr("Copied")) + 26));
    connect(this, &QPushButton::clicked, this, &CopyButton::copy);
}

void CopyButton::copy()
{
    QGuiApplication::clipboard()->setText(m_text);
    setText(tr("Copied"));
    QTimer::singleShot(1500, this, [this] { setText(tr("Copy")); });
}

ToggleSwitch::ToggleSwitch(QWidget *parent)
    : QAbstractButton(parent)
{
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAttribute(Qt::WA_Hover);
    clickByEnter(this);
}

QSize ToggleSwitch::sizeHint() const
{
    return {38, 26};
}

bool ToggleSwitch::hitButton(const QPoint &position) const
{
    return rect().contains(position);
}

void ToggleSwitch::paintEvent(QPaintEvent *)
{
    const Tokens &tokens = Tokens::of(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF track = QRectF(rect()).adjusted(4, 4, -4, -4);
    if (hasFocus())
        shapes::focusRing(painter, rect(), 13, tokens);
    shapes::toggle(painter, track, isChecked(), isEnabled(), tokens);
}

} // namespace flaredeck::ui
