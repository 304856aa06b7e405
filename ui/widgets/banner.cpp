#include "ui/widgets/banner.h"

#include "core/base/plaintext.h"
#include "ui/theme/icons.h"
#include "ui/theme/shapes.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>

#include <utility>

namespace flaredeck::ui {

Banner::Banner(QString icon, Tone tone, QWidget *parent)
    : QFrame(parent)
    , m_icon(std::move(icon))
    , m_tone(tone)
    , m_label(labels::body())
    , m_row(new QHBoxLayout(this))
{
    m_label->setWordWrap(true);
    m_label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_row->setContentsMargins(40, 5, 8, 5);
    m_row->setSpacing(space::s);
    m_row->addWidget(m_label, 1);
    setMinimumHeight(34);
}

void Banner::setText(const QString &text)
{
    m_label->setText(plaintext::line(text));
    setAccessibleName(m_label->text());
}

QString Banner::text() const
{
    return m_label->text();
}

QPushButton *Banner::addAction(const QString &text)
{
    QPushButton *button = makeButton(text, ButtonRole::Normal, this);
    m_row->addWidget(button);
    return button;
}

void Banner::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens &tokens = Tokens::of(palette());
    const QColor ground = softBackground(tokens, m_tone);
    shapes::box(painter, rect(), radius::control, ground, ground);
    icons::paint(painter, QRectF(13, height() / 2.0 - 9, 18, 18), m_icon,
                 foreground(tokens, m_tone));
}

} // namespace flaredeck::ui
