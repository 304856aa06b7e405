#include "ui/widgets/statepanel.h"

#include "core/base/plaintext.h"
#include "ui/theme/icons.h"

#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

namespace flaredeck::ui {

namespace {
constexpr int kIconGround = 52;
} // namespace

StatePanel::StatePanel(QWidget *parent)
    : Card(parent)
    , m_title(labels::heading())
    , m_text(labels::secondary())
    , m_column(new QVBoxLayout(this))
{
    m_title->setAlignment(Qt::AlignCenter);
    m_text->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
    m_text->setWordWrap(true);
    m_text->setFixedWidth(440);
    m_column->setSpacing(space::s);
    m_column->addStretch(2);
    m_column->addSpacing(kIconGround + space::s);
    m_column->addWidget(m_title);
    m_column->addWidget(m_text, 0, Qt::AlignHCenter);
    m_column->addSpacing(space::s);
    m_column->addStretch(3);
}

void StatePanel::addAction(QPushButton *action)
{
    m_column->insertWidget(m_column->count() - 1, action, 0, Qt::AlignHCenter);
    action->hide();
}

void StatePanel::showMessage(const QString &icon, Tone tone, const QString &title,
                             const QString &text, QPushButton *action)
{
    m_icon = icon;
    m_tone = tone;
    m_skeleton = false;
    m_title->setText(plaintext::line(title));
    m_text->setText(plaintext::block(text));
    // A layout that is not shown yet keeps the height of the previous text.
    m_text->setFixedHeight(m_text->heightForWidth(m_text->width()));
    m_title->show();
    m_text->show();
    if (m_action && m_action != action)
        m_action->hide();
    m_action = action;
    if (action)
        action->show();
    update();
}

void StatePanel::showSkeleton()
{
    m_skeleton = true;
    if (m_action)
        m_action->hide();
    m_title->hide();
    m_text->hide();
    update();
}

void StatePanel::paintEvent(QPaintEvent *event)
{
    Card::paintEvent(event);
    const Tokens &tokens = Tokens::of(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    if (m_skeleton) {
        painter.setBrush(tokens.neutralSoft);
        for (int row = 0; row < 8; ++row) {
            const int top = space::l + row * 36;
            painter.drawRoundedRect(space::l, top, 22, 20, 5, 5);
            painter.drawRoundedRect(space::l + 32, top + 4, 140 + row % 3 * 30, 12, 4, 4);
            painter.drawRoundedRect(width() / 2, top + 4, 90 + row % 2 * 40, 12, 4, 4);
        }
        return;
    }
    const QRectF ground(width() / 2.0 - kIconGround / 2.0, m_title->y() - kIconGround - space::l,
                        kIconGround, kIconGround);
    painter.setBrush(softBackground(tokens, m_tone));
    painter.drawEllipse(ground);
    icons::paint(painter, ground.adjusted(14, 14, -14, -14), m_icon, foreground(tokens, m_tone));
}

} // namespace flaredeck::ui
