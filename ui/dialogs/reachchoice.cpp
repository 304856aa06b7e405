#include "ui/dialogs/reachchoice.h"

#include "core/provider/scopes.h"
#include "core/provider/tokenlink.h"
#include "ui/text/scopetext.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/card.h"

#include <QCheckBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QRadioButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>

namespace flaredeck::ui {

using provider::Reach;

ReachChoice::ReachChoice(const ScopeSet &chosen, QWidget *parent)
    : QWidget(parent)
    , m_read(new QRadioButton(tr("Read only")))
    , m_change(new QRadioButton(tr("Read and change")))
    , m_products(new QRadioButton(tr("Choose products")))
    , m_list(new QWidget)
{
    setAccessibleName(tr("What clients may ever do"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::s);
    column->addWidget(labels::strong(tr("What clients may ever do")));
    auto *radios = new QHBoxLayout;
    radios->setSpacing(space::l);
    for (QRadioButton *radio : {m_read, m_change, m_products})
        radios->addWidget(radio);
    radios->addStretch();
    column->addLayout(radios);

    auto *grid = new QGridLayout(m_list);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setVerticalSpacing(space::xs);
    int place = 0;
    for (const ScopeInfo &scope : scopes::catalogue()) {
        if (scope.upstream.isEmpty())
            continue;
        auto *box = new QCheckBox(scopetext::shortLabel(scope.name));
        box->setToolTip(scopetext::meaning(scope.name));
        box->setAccessibleName(scopetext::meaning(scope.name));
        box->setObjectName(scope.name);
        constexpr int kColumns = 3;
        grid->addWidget(box, place / kColumns, place % kColumns);
        ++place;
        m_boxes.append({scope.name, box});
        connect(box, &QCheckBox::toggled, this, &ReachChoice::changed);
    }
    column->addWidget(m_list);

    const provider::Facts &facts = provider::facts();
    take(chosen);
    if (chosen == provider::scopesOf(facts, Reach::ReadOnly))
        m_read->setChecked(true);
    else if (chosen == provider::scopesOf(facts, Reach::ReadAndChange) || chosen == scopes::all())
        m_change->setChecked(true);
    else
        m_products->setChecked(true);
    m_list->setVisible(m_products->isChecked());

    const auto preset = [this](Reach reach) {
        take(provider::scopesOf(provider::facts(), reach));
        emit changed();
    };
    connect(m_read, &QRadioButton::clicked, this, [preset] { preset(Reach::ReadOnly); });
    connect(m_change, &QRadioButton::clicked, this, [preset] { preset(Reach::ReadAndChange); });
    connect(m_products, &QRadioButton::toggled, m_list, &QWidget::setVisible);
}

ScopeSet ReachChoice::chosen() const
{
    ScopeSet chosen{scopes::kBaseline};
    for (const auto &[scope, box] : m_boxes) {
        if (box->isChecked())
            chosen.insert(scope);
    }
    return chosen;
}

void ReachChoice::take(const ScopeSet &scopes)
{
    for (const auto &[scope, box] : std::as_const(m_boxes)) {
        const QSignalBlocker oneByOne(box);
        box->setChecked(scopes.contains(scope));
    }
}

} // namespace flaredeck::ui
