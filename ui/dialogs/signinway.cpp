#include "ui/dialogs/signinway.h"

#include "core/base/plaintext.h"
#include "ui/theme/tokens.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace flaredeck::ui {

SignInWay::SignInWay(const QString &title, const QString &can, const QString &cannot,
                     QWidget *parent)
    : Card(parent)
    , m_body(new QVBoxLayout)
    , m_answer(labels::body())
{
    setAccessibleName(title);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::l, space::m, space::l, space::l);
    column->setSpacing(space::s);
    column->addWidget(labels::heading(title));
    for (const QString &line : {can, cannot}) {
        QLabel *words = labels::secondary(line);
        words->setWordWrap(true);
        column->addWidget(words);
    }
    m_body->setSpacing(space::s);
    column->addLayout(m_body);
    m_answer->setObjectName(QStringLiteral("answer"));
    m_answer->setWordWrap(true);
    m_answer->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_answer->hide();
    column->addWidget(m_answer);
}

void SignInWay::say(const QString &text, bool problem)
{
    m_answer->setText(plaintext::block(text));
    m_answer->setVisible(!text.isEmpty());
    m_answer->setForegroundRole(problem ? QPalette::BrightText : QPalette::WindowText);
}

void SignInWay::addRow(const QList<QWidget *> &widgets, QWidget *stretched)
{
    auto *row = new QHBoxLayout;
    row->setSpacing(space::s);
    for (QWidget *widget : widgets)
        row->addWidget(widget, widget == stretched ? 1 : 0);
    if (!stretched)
        row->addStretch();
    m_body->addLayout(row);
}

} // namespace flaredeck::ui
