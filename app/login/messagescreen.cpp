#include "app/login/messagescreen.h"

#include "ui/theme/fonts.h"
#include "ui/theme/icons.h"
#include "ui/theme/style.h"
#include "ui/theme/tokens.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace flaredeck::login {

namespace {

constexpr int kWarningSize = 40;
constexpr int kTextWidth = 400;

} // namespace

MessageScreen::MessageScreen(QWidget *parent)
    : QWidget(parent)
    , m_icon(new QLabel(this))
    , m_title(new QLabel(this))
    , m_text(new QLabel(this))
    , m_primary(new QPushButton(this))
    , m_secondary(new QPushButton(this))
{
    m_icon->setPixmap(ui::icons::pixmap(u"warning"_s, ui::Tokens::of(palette()).warn, kWarningSize,
                                        devicePixelRatioF()));
    m_title->setFont(ui::fonts::heading());
    for (QLabel *label : {m_title, m_text}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setAlignment(Qt::AlignHCenter);
        label->setFixedWidth(kTextWidth);
    }
    ui::setRole(m_primary, ui::ButtonRole::Primary);
    // Return presses the focused button, as in a dialog.
    for (QPushButton *button : {m_primary, m_secondary})
        button->setAutoDefault(true);

    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(ui::space::m);
    buttons->addStretch();
    buttons->addWidget(m_secondary);
    buttons->addWidget(m_primary);
    buttons->addStretch();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(ui::space::xl, ui::space::xl, ui::space::xl, ui::space::xl);
    column->setSpacing(ui::space::l);
    column->addStretch();
    column->addWidget(m_icon, 0, Qt::AlignHCenter);
    column->addWidget(m_title, 0, Qt::AlignHCenter);
    column->addWidget(m_text, 0, Qt::AlignHCenter);
    column->addLayout(buttons);
    column->addStretch();

    connect(m_primary, &QPushButton::clicked, this, &MessageScreen::primaryChosen);
    connect(m_secondary, &QPushButton::clicked, this, &MessageScreen::secondaryChosen);
}

void MessageScreen::setContent(const Content &content)
{
    m_title->setText(content.title);
    m_text->setText(content.text);
    m_primary->setText(content.primary);
    m_secondary->setText(content.secondary);
    setAccessibleName(content.title);
    setAccessibleDescription(content.text);
    m_primary->setFocus();
}

} // namespace flaredeck::login
