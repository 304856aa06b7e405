#include "ui/widgets/factlist.h"

#include "core/base/plaintext.h"
#include "ui/theme/fonts.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/card.h"
#include "ui/widgets/surface.h"

#include <QGridLayout>
#include <QLabel>

namespace flaredeck::ui {

FactList::FactList(QWidget *parent)
    : QWidget(parent)
    , m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(space::m);
    m_grid->setVerticalSpacing(6);
    m_grid->setColumnMinimumWidth(0, 92);
    m_grid->setColumnStretch(1, 1);
}

void FactList::set(const QList<Fact> &facts)
{
    while (m_names.size() > facts.size()) {
        delete m_names.takeLast();
        delete m_values.takeLast();
    }
    while (m_names.size() < facts.size()) {
        auto *name = labels::secondary();
        auto *value = labels::body();
        value->setWordWrap(true);
        value->setTextInteractionFlags(Qt::TextSelectableByMouse);
        value->setMinimumWidth(60);
        const int row = int(m_names.size());
        m_grid->addWidget(name, row, 0, Qt::AlignTop);
        m_grid->addWidget(value, row, 1);
        m_names << name;
        m_values << value;
    }
    for (int i = 0; i < facts.size(); ++i) {
        const Fact &fact = facts.at(i);
        m_names.at(i)->setText(fact.name);
        m_values.at(i)->setFont(fact.mono ? fonts::mono() : fonts::body());
        m_values.at(i)->setText(fact.severalLines ? plaintext::block(fact.value)
                                                  : plaintext::line(fact.value));
        m_values.at(i)->setToolTip(surface::toolTip(plaintext::line(fact.toolTip)));
    }
}

} // namespace flaredeck::ui
