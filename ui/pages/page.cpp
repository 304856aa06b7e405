#include "ui/pages/page.h"

#include "core/base/plaintext.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/card.h"
#include "ui/widgets/statepanel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStackedLayout>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace flaredeck::ui {

namespace {
constexpr int kSlowMs = 150;
} // namespace

Page::Page(const QString &title, QWidget *parent)
    : QWidget(parent)
    , m_subtitle(labels::secondary())
    , m_actions(new QHBoxLayout)
    , m_content(new QVBoxLayout)
    , m_stack(new QStackedLayout)
    , m_body(new QWidget)
    , m_state(new StatePanel)
{
    setAccessibleName(title);
    auto *titles = new QVBoxLayout;
    titles->setSpacing(2);
    titles->addWidget(labels::title(title));
    titles->addWidget(m_subtitle);
    m_actions->setSpacing(space::s);

    auto *head = new QHBoxLayout;
    head->setSpacing(space::l);
    head->addLayout(titles, 1);
    head->addLayout(m_actions);
    head->setAlignment(m_actions, Qt::AlignTop);

    m_content->setContentsMargins(0, 0, 0, 0);
    m_content->setSpacing(space::m);
    m_body->setLayout(m_content);
    m_stack->addWidget(m_body);
    m_stack->addWidget(m_state);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::xl);
    column->setSpacing(space::l);
    column->addLayout(head);
    column->addLayout(m_stack, 1);

    m_slow.setSingleShot(true);
    m_slow.setInterval(kSlowMs);
    connect(&m_slow, &QTimer::timeout, this, [this] {
        if (m_listed && m_stack->currentWidget() == m_body) {
            m_noMatch->showSkeleton();
            m_list->setCurrentWidget(m_noMatch);
        } else {
            m_state->showSkeleton();
            m_stack->setCurrentWidget(m_state);
        }
    });
}

void Page::setSubtitle(const QString &text)
{
    m_subtitle->setText(plaintext::line(text));
}

void Page::addAction(QWidget *action)
{
    m_actions->addWidget(action);
}

void Page::addStateAction(QPushButton *button)
{
    m_state->addAction(button);
}

void Page::addList(QWidget *list, QPushButton *action)
{
    m_list = new QStackedWidget;
    m_noMatch = new StatePanel;
    m_showAll = action;
    m_noMatch->addAction(action);
    m_list->addWidget(list);
    m_list->addWidget(m_noMatch);
    m_content->addWidget(m_list, 1);
}

void Page::showNoMatch(const QString &title, const QString &text)
{
    m_slow.stop();
    m_listed = true;
    m_noMatch->showMessage(QStringLiteral("search"), Tone::Neutral, title, text, m_showAll);
    m_list->setCurrentWidget(m_noMatch);
    m_stack->setCurrentWidget(m_body);
}

void Page::showContent()
{
    m_slow.stop();
    m_listed = m_list != nullptr;
    if (m_list)
        m_list->setCurrentIndex(0);
    m_stack->setCurrentWidget(m_body);
}

void Page::showEmpty(const QString &icon, const QString &title, const QString &text,
                     QPushButton *action)
{
    m_slow.stop();
    m_state->showMessage(icon, Tone::Neutral, title, text, action);
    m_stack->setCurrentWidget(m_state);
}

void Page::showLoading()
{
    m_slow.start();
}

void Page::showError(const QString &title, const QString &problem, QPushButton *retry)
{
    m_slow.stop();
    m_state->showMessage(QStringLiteral("warning"), Tone::Bad, title, problem, retry);
    m_stack->setCurrentWidget(m_state);
}

} // namespace flaredeck::ui
