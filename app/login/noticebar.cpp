#include "app/login/noticebar.h"

#include "ui/theme/style.h"
#include "ui/theme/tokens.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>

namespace flaredeck::login {

NoticeBar::NoticeBar(QWidget *parent)
    : QFrame(parent)
    , m_sentence(new QLabel(this))
    , m_firstButton(new QPushButton(this))
    , m_secondButton(new QPushButton(this))
{
    m_sentence->setTextFormat(Qt::PlainText);
    m_sentence->setWordWrap(true);
    for (QPushButton *button : {m_firstButton, m_secondButton})
        button->setAutoDefault(true);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(ui::space::s);
    buttons->addStretch();
    buttons->addWidget(m_secondButton);
    buttons->addWidget(m_firstButton);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(ui::space::l, ui::space::m, ui::space::l, ui::space::m);
    column->setSpacing(ui::space::s);
    column->addWidget(m_sentence);
    column->addLayout(buttons);
    connect(m_firstButton, &QPushButton::clicked, this, [this] { choose(m_first); });
    connect(m_secondButton, &QPushButton::clicked, this, [this] { choose(m_second); });
    setAccessibleName(tr("Notice"));
    hide();
}

void NoticeBar::ask(const QString &sentence, Action first, Action second)
{
    m_sentence->setText(sentence);
    setAccessibleDescription(sentence);
    m_first = std::move(first);
    m_second = std::move(second);
    m_firstButton->setText(m_first.text);
    m_firstButton->setVisible(!m_first.text.isEmpty());
    m_secondButton->setText(m_second.text);
    m_secondButton->setVisible(!m_second.text.isEmpty());
    show();
}

void NoticeBar::showSentence(const QString &sentence)
{
    ask(sentence, {tr("OK"), {}}, {});
}

void NoticeBar::choose(const Action &action)
{
    hide();
    const auto run = action.run;
    if (run)
        run();
}

void NoticeBar::paintEvent(QPaintEvent *)
{
    const ui::Tokens &tokens = ui::Tokens::of(palette());
    QPainter painter(this);
    painter.fillRect(rect(), tokens.warnSoft);
    painter.setPen(tokens.line);
    painter.drawLine(rect().bottomLeft(), rect().bottomRight());
}

} // namespace flaredeck::login
