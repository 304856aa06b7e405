#include "ui/dialogs/keyguard.h"

#include "ui/widgets/elidedlabel.h"

#include <QAbstractButton>
#include <QApplication>
#include <QComboBox>
#include <QKeyEvent>

namespace flaredeck::ui {

namespace {

/// What one types in a sentence, and this control has no use for.
bool isTyping(const QWidget &focused, const QKeyEvent &key)
{
    const QString text = key.text();
    const auto shortcut = Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier;
    // What a control does not take goes on to what it stands in, and was judged before.
    if (!(focused.focusPolicy() & Qt::TabFocus) || text.isEmpty() || !text.at(0).isPrint() ||
        (key.modifiers() & shortcut))
        return false;
    if (qobject_cast<const QComboBox *>(&focused) ||
        focused.testAttribute(Qt::WA_InputMethodEnabled))
        return false;
    const bool takesSpace = qobject_cast<const QAbstractButton *>(&focused) ||
                            qobject_cast<const ElidedLabel *>(&focused);
    return key.key() != Qt::Key_Space || !takesSpace;
}

} // namespace

KeyGuard::KeyGuard(QWidget *window)
    : QObject(window)
    , m_window(window)
{
    m_quiet.setSingleShot(true);
    m_quiet.setInterval(kQuietMs);
    connect(&m_quiet, &QTimer::timeout, this, [this] { setArmed(true); });
    // The application's events, since what has the focus may be made later.
    qApp->installEventFilter(this);
    if (window->isActiveWindow())
        m_quiet.start();
}

void KeyGuard::setArmed(bool armed)
{
    if (m_armed == armed)
        return;
    m_armed = armed;
    emit changed();
}

bool KeyGuard::swallows(const QWidget &focused, const QKeyEvent &key)
{
    if (m_armed && !isTyping(focused, key))
        return false;
    setArmed(false);
    if (m_window->isActiveWindow())
        m_quiet.start();
    return true;
}

bool KeyGuard::eventFilter(QObject *watched, QEvent *event)
{
    const auto *widget = qobject_cast<QWidget *>(watched);
    if (!widget || widget->window() != m_window)
        return false;
    switch (event->type()) {
    case QEvent::WindowActivate:
        // Anew each time: a window that comes to the front while somebody types is as dangerous as
        // one that opens.
        if (widget == m_window) {
            setArmed(false);
            m_quiet.start();
        }
        return false;
    case QEvent::WindowDeactivate:
        if (widget == m_window) {
            setArmed(false);
            m_quiet.stop();
        }
        return false;
    case QEvent::KeyPress:
    case QEvent::ShortcutOverride:
        if (!swallows(*widget, *static_cast<QKeyEvent *>(event)))
            return false;
        event->accept();
        return true;
    default:
        return false;
    }
}

} // namespace flaredeck::ui
