#include "ui/pages/settingsection.h"

#include "core/base/plaintext.h"
#include "ui/theme/tokens.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace flaredeck::ui {

SettingSection::SettingSection(const QString &title, QWidget *parent)
    : Card(parent)
    , m_column(new QVBoxLayout(this))
    , m_answer(labels::body())
{
    setAccessibleName(title);
    m_column->setContentsMargins(20, space::l, 20, space::l);
    m_column->setSpacing(space::m);
    m_column->addWidget(labels::heading(title));
    m_answer->setWordWrap(true);
    m_answer->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_answer->hide();
    m_column->addWidget(m_answer);
}

SettingSection::Row SettingSection::addRow(const QString &name, const QString &note,
                                           const QList<QWidget *> &controls)
{
    Row row{new QWidget, labels::body(name), labels::small(note)};
    row.note->setWordWrap(true);
    row.note->setVisible(!note.isEmpty());
    auto *texts = new QVBoxLayout;
    texts->setSpacing(2);
    texts->addWidget(row.name);
    texts->addWidget(row.note);
    auto *layout = new QHBoxLayout(row.widget);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::s);
    layout->addLayout(texts, 1);
    for (QWidget *control : controls)
        layout->addWidget(control);
    addWidget(row.widget);
    return row;
}

void SettingSection::addWidget(QWidget *widget)
{
    // The result of the last command stays below the rows.
    m_column->insertWidget(m_column->count() - 1, new Hairline);
    m_column->insertWidget(m_column->count() - 1, widget);
}

void SettingSection::say(const QString &text, bool problem)
{
    m_answer->setText(plaintext::block(text));
    m_answer->setVisible(!text.isEmpty());
    m_answer->setForegroundRole(problem ? QPalette::BrightText : QPalette::PlaceholderText);
}

} // namespace flaredeck::ui
