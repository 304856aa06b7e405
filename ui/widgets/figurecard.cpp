#include "ui/widgets/figurecard.h"

#include "core/base/plaintext.h"
#include "ui/theme/fonts.h"

#include <QPainter>

#include <utility>

namespace flaredeck::ui {

FigureCard::FigureCard(QString name, QWidget *parent)
    : Card(parent)
    , m_name(std::move(name))
{
    setMinimumSize(150, 98);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void FigureCard::set(const QList<Part> &parts, const QString &note)
{
    m_parts = parts;
    m_note = plaintext::line(note);
    QStringList words{m_name};
    for (const Part &part : parts)
        words << part.value + QLatin1Char(' ') + part.unit;
    setAccessibleName(words.join(QLatin1Char(' ')));
    setAccessibleDescription(m_note);
    update();
}

void FigureCard::paintEvent(QPaintEvent *event)
{
    Card::paintEvent(event);
    const Tokens &tokens = Tokens::of(palette());
    QPainter painter(this);
    const QRect inner = rect().adjusted(space::l, 14, -space::l, -12);

    painter.setFont(fonts::small());
    painter.setPen(tokens.text2);
    painter.drawText(inner, Qt::AlignTop | Qt::AlignLeft,
                     painter.fontMetrics().elidedText(m_name, Qt::ElideRight, inner.width()));

    int left = inner.left();
    const int baseline = inner.top() + 43;
    for (const Part &part : m_parts) {
        painter.setFont(fonts::figure());
        painter.setPen(part.tone == Tone::Neutral ? tokens.text : foreground(tokens, part.tone));
        painter.drawText(left, baseline, part.value);
        left += painter.fontMetrics().horizontalAdvance(part.value) + 5;
        QFont unit = fonts::small();
        unit.setWeight(QFont::DemiBold);
        painter.setFont(unit);
        painter.setPen(tokens.text2);
        painter.drawText(left, baseline, part.unit);
        left += painter.fontMetrics().horizontalAdvance(part.unit) + 10;
    }

    painter.setFont(fonts::small());
    painter.setPen(tokens.text2);
    painter.drawText(inner, Qt::AlignBottom | Qt::AlignLeft,
                     painter.fontMetrics().elidedText(m_note, Qt::ElideRight, inner.width()));
}

} // namespace flaredeck::ui
