#include "ui/widgets/card.h"

#include "core/base/plaintext.h"
#include "ui/theme/fonts.h"
#include "ui/theme/shapes.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/wrapping.h"

#include <QLabel>
#include <QPainter>

namespace flaredeck::ui {

Card::Card(QWidget *parent)
    : QFrame(parent)
{
    setFrameShape(NoFrame);
}

void Card::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens &tokens = Tokens::of(palette());
    shapes::box(painter, rect(), radius::card, tokens.surface, tokens.line);
}

Hairline::Hairline(QWidget *parent)
    : QWidget(parent)
{
    setFixedHeight(1);
}

void Hairline::paintEvent(QPaintEvent *)
{
    QPainter(this).fillRect(rect(), Tokens::of(palette()).line);
}

namespace labels {

namespace {

QLabel *make(const QString &text, QWidget *parent, const QFont &font)
{
    auto *label = new WrappingLabel(plaintext::line(text), parent);
    label->setFont(font);
    label->setTextFormat(Qt::PlainText);
    return label;
}

/// The palette's role for secondary text; it changes with the theme by itself.
QLabel *quiet(QLabel *label)
{
    label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

} // namespace

QLabel *body(const QString &text, QWidget *parent)
{
    return make(text, parent, fonts::body());
}

QLabel *strong(const QString &text, QWidget *parent)
{
    return make(text, parent, fonts::strong());
}

QLabel *heading(const QString &text, QWidget *parent)
{
    return make(text, parent, fonts::heading());
}

QLabel *title(const QString &text, QWidget *parent)
{
    return make(text, parent, fonts::title());
}

QLabel *small(const QString &text, QWidget *parent)
{
    return quiet(make(text, parent, fonts::small()));
}

QLabel *secondary(const QString &text, QWidget *parent)
{
    return quiet(make(text, parent, fonts::body()));
}

QLabel *mono(const QString &text, QWidget *parent)
{
    QLabel *label = make(text, parent, fonts::mono());
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

} // namespace labels

} // namespace flaredeck::ui
