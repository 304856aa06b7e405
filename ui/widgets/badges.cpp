#include "ui/widgets/badges.h"

#include "ui/text/format.h"
#include "ui/theme/fonts.h"
#include "ui/theme/icons.h"

#include <QFontMetrics>
#include <QPainter>

namespace flaredeck::ui {

namespace {

constexpr int kBadgeHeight = 20;
constexpr int kChipPadding = 8;
constexpr int kPillIcon = 13;

QRect centred(const QRect &cell, int width)
{
    return {cell.left(), cell.center().y() - kBadgeHeight / 2 + 1, width, kBadgeHeight};
}

QFont badgeFont()
{
    QFont font = fonts::small();
    font.setWeight(QFont::Medium);
    return font;
}

void ground(QPainter &painter, const QRect &rect, qreal radius, const QColor &color)
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawRoundedRect(rect, radius, radius);
}

} // namespace

int badges::chipWidth(const Chip &chip)
{
    return QFontMetrics(badgeFont()).horizontalAdvance(chip.text) + 2 * kChipPadding;
}

int badges::pillWidth(const QString &icon, const QString &text)
{
    return QFontMetrics(badgeFont()).horizontalAdvance(text) + 2 * kChipPadding +
           (icon.isEmpty() ? 0 : kPillIcon + 3);
}

int badges::chip(QPainter &painter, const QRect &cell, const Chip &chip, const Tokens &tokens)
{
    const int width = chipWidth(chip);
    const QRect rect = centred(cell, width);
    painter.save();
    ground(painter, rect, 5, softBackground(tokens, chip.tone));
    painter.setFont(badgeFont());
    painter.setPen(chip.tone == Tone::Neutral ? tokens.text : foreground(tokens, chip.tone));
    painter.drawText(rect, Qt::AlignCenter, chip.text);
    painter.restore();
    return width;
}

int badges::pill(QPainter &painter, const QRect &cell, const QString &icon, const QString &text,
                 Tone tone, const Tokens &tokens)
{
    const int width = pillWidth(icon, text);
    const QRect rect = centred(cell, width);
    painter.save();
    ground(painter, rect, kBadgeHeight / 2.0, softBackground(tokens, tone));
    int left = rect.left() + kChipPadding;
    if (!icon.isEmpty()) {
        icons::paint(
            painter,
            QRectF(left - 1, rect.center().y() - kPillIcon / 2.0 + 1, kPillIcon, kPillIcon), icon,
            foreground(tokens, tone));
        left += kPillIcon + 3;
    }
    painter.setFont(badgeFont());
    painter.setPen(foreground(tokens, tone));
    painter.drawText(QRect(left, rect.top(), rect.right() - left, rect.height()),
                     Qt::AlignVCenter | Qt::AlignLeft | Qt::TextDontClip, text);
    painter.restore();
    return width;
}

void badges::tile(QPainter &painter, const QRect &square, const QString &name, const Tokens &tokens)
{
    painter.save();
    ground(painter, square, square.width() > 30 ? 8 : 5, tokens.neutralSoft);
    QFont font = fonts::strong();
    font.setPixelSize(qMax(10, square.width() * 2 / 5));
    painter.setFont(font);
    painter.setPen(tokens.text2);
    painter.drawText(square, Qt::AlignCenter, format::initials(name));
    painter.restore();
}

void badges::dot(QPainter &painter, const QPointF &centre, Tone tone, const Tokens &tokens)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(foreground(tokens, tone));
    painter.drawEllipse(centre, 4, 4);
    painter.restore();
}

ChipLabel::ChipLabel(Chip chip, QWidget *parent)
    : QWidget(parent)
    , m_chip(std::move(chip))
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void ChipLabel::setChip(const Chip &chip)
{
    m_chip = chip;
    updateGeometry();
    update();
}

QSize ChipLabel::sizeHint() const
{
    return {badges::chipWidth(m_chip), kBadgeHeight};
}

void ChipLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    badges::chip(painter, rect(), m_chip, Tokens::of(palette()));
}

PillLabel::PillLabel(QWidget *parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void PillLabel::set(const QString &icon, const QString &text, Tone tone)
{
    m_icon = icon;
    m_text = text;
    m_tone = tone;
    setAccessibleName(text); // screen readers cannot read painted text
    updateGeometry();
    update();
}

QSize PillLabel::sizeHint() const
{
    return {badges::pillWidth(m_icon, m_text), kBadgeHeight};
}

void PillLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    badges::pill(painter, rect(), m_icon, m_text, m_tone, Tokens::of(palette()));
}

LetterTile::LetterTile(int size, QWidget *parent)
    : QWidget(parent)
{
    setFixedSize(size, size);
}

void LetterTile::setName(const QString &name)
{
    m_name = name;
    update();
}

void LetterTile::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    badges::tile(painter, rect(), m_name, Tokens::of(palette()));
}

StatusDot::StatusDot(QWidget *parent)
    : QWidget(parent)
{
    setFixedSize(10, 10);
}

void StatusDot::setTone(Tone tone)
{
    m_tone = tone;
    update();
}

void StatusDot::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    badges::dot(painter, QRectF(rect()).center(), m_tone, Tokens::of(palette()));
}

} // namespace flaredeck::ui
