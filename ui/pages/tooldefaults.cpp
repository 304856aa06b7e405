#include "ui/pages/tooldefaults.h"

#include "ui/models/toolmodel.h"
#include "ui/text/tooltext.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/badges.h"
#include "ui/widgets/card.h"
#include "ui/widgets/policybox.h"

#include <QHBoxLayout>
#include <QLabel>

namespace flaredeck::ui {

using tools::RuleBook;

ToolDefaults::ToolDefaults(QWidget *parent)
    : QWidget(parent)
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::s);
    row->addWidget(labels::secondary(tr("Usually")));
    for (const Effect effect : kEffects) {
        const QString subject = RuleBook::subjectOf(effect);
        auto *pill = new PillLabel;
        pill->set(tooltone::icon(effect), tooltext::effect(effect), tooltone::of(effect));
        auto *box = new PolicyBox(tooltext::subject(subject));
        box->setBrief();
        box->setObjectName(subject);
        box->setToolTip(
            tr("%1, where the tool has no rule of its own").arg(tooltext::subject(subject)));
        if (effect != kEffects.front())
            row->addSpacing(space::s);
        row->addWidget(pill);
        row->addWidget(box);
        m_boxes.at(std::size_t(effect)) = box;
        connect(box, &PolicyBox::chosen, this, [this, subject](std::optional<Policy> policy) {
            emit ruleChosen(m_client, subject, policy);
        });
    }
    row->addStretch();
}

void ToolDefaults::setRules(const RuleBook &rules, const ClientId &client)
{
    m_client = client;
    for (const Effect effect : kEffects) {
        const QString subject = RuleBook::subjectOf(effect);
        m_boxes.at(std::size_t(effect))
            ->setState(rules.find(client, subject),
                       rules.with(client, subject, std::nullopt).policyFor(client, effect),
                       client.isEmpty() ? tr("As usual: %1") : tr("As for all: %1"),
                       {Policy::Allow, Policy::Ask});
    }
}

} // namespace flaredeck::ui
