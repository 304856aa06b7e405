#include "ui/pages/clienttoolscard.h"

#include "core/base/plaintext.h"
#include "ui/models/clientmodel.h"
#include "ui/text/format.h"
#include "ui/text/tooltext.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/badges.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/meter.h"
#include "ui/widgets/surface.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace flaredeck::ui {

using service::ClientTools;

QString toolsetToDrop(const ClientTools &list, int most)
{
    QString best;
    QString longest;
    const auto costOf = [&list](const QString &toolset) {
        const int isMissed = tools::RuleBook::isDeprecated(toolset) ? 0 : 1;
        return std::pair(isMissed, list.byToolset.value(toolset).tools);
    };
    for (auto it = list.byToolset.begin(); it != list.byToolset.end(); ++it) {
        if (longest.isEmpty() || it->tools > list.byToolset.value(longest).tools)
            longest = it.key();
        if (list.all.tools - it->tools <= most &&
            (best.isEmpty() || costOf(it.key()) < costOf(best)))
            best = it.key();
    }
    return best.isEmpty() ? longest : best;
}

ClientToolsCard::ClientToolsCard(QWidget *parent)
    : Card(parent)
    , m_figures(labels::strong())
    , m_note(labels::small())
    , m_meter(new Meter)
    , m_state(new PillLabel)
    , m_remedy(makeButton(QString()))
{
    m_figures->setObjectName(QStringLiteral("figures"));
    m_note->setObjectName(QStringLiteral("limit"));
    m_remedy->setObjectName(QStringLiteral("remedy"));
    m_note->setWordWrap(true);
    m_figures->setSizePolicy(QSizePolicy::Minimum, QSizePolicy::Preferred); // the meter yields
    auto *head = new QHBoxLayout;
    head->setSpacing(space::m);
    head->addWidget(m_figures);
    head->addWidget(m_meter);
    head->addWidget(m_state);
    head->addStretch();
    auto *texts = new QVBoxLayout;
    texts->setSpacing(2);
    texts->addLayout(head);
    texts->addWidget(m_note);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(space::l, space::m, space::l, space::m);
    row->setSpacing(space::m);
    row->addLayout(texts, 1);
    row->addWidget(m_remedy);
    connect(m_remedy, &QPushButton::clicked, this,
            [this] { emit toolsetSwitched(m_toolset, false); });
}

void ClientToolsCard::setClient(const service::ClientView &view, const ClientTools &tools)
{
    const QString name = clienttext::name(view.client);
    const auto limit = service::toolLimitOf(view);
    const bool isMeasured = tools.hasGrant && limit && limit->most > 0;
    m_meter->setVisible(isMeasured);
    m_state->setVisible(isMeasured);
    m_remedy->hide();
    if (!tools.hasGrant) {
        m_figures->setText(tr("No list of tools"));
        m_note->setText(plaintext::line(
            tr("%1 has no grant. What is set here holds once it has one.").arg(name)));
        return;
    }
    const QString count =
        tools.all.tools == 1 ? tr("1 tool") : tr("%1 tools").arg(format::number(tools.all.tools));
    m_figures->setText(
        tr("%1, %2", "tools, tokens").arg(count, tooltext::tokens(tools.all.tokens)));
    if (!isMeasured) {
        m_note->setText(
            plaintext::line(tr("In the list of %1. No limit of this program is known.").arg(name)));
        return;
    }
    const int advised = limit->advised > 0 ? limit->advised : limit->most;
    const bool isOver = tools.all.tools > limit->most;
    const bool isMany = tools.all.tools > advised;
    const Tone tone = isOver ? Tone::Bad : isMany ? Tone::Warn : Tone::Ok;
    m_meter->set(double(tools.all.tools) / limit->most, tone);
    m_state->set(isMany ? QStringLiteral("warning") : QStringLiteral("check"),
                 isOver   ? tr("Too many")
                 : isMany ? tr("Many")
                          : tr("Fits"),
                 tone);
    const QString most =
        limit->advised > 0
            ? tr("%1 takes %2 tools of all its servers together, and chooses well "
                 "among %3.")
                  .arg(name, format::number(limit->most), format::number(limit->advised))
            : tr("%1 takes %2 tools of all its servers together.")
                  .arg(name, format::number(limit->most));
    m_note->setText(plaintext::line(
        isOver ? tr("%1 What is beyond is left out without a word.").arg(most) : most));
    if (!isMany)
        return;
    m_toolset = toolsetToDrop(tools, isOver ? limit->most : advised);
    const ClientTools::Part part = tools.byToolset.value(m_toolset);
    m_remedy->setText(
        surface::caption(tr("Switch off %1 (−%2 tools)")
                             .arg(tooltext::toolset(m_toolset), format::number(part.tools))));
    m_remedy->setAccessibleName(
        plaintext::line(tr("Switch off %1 for %2").arg(tooltext::toolset(m_toolset), name)));
    m_remedy->setVisible(tools.byToolset.size() > 1);
}

} // namespace flaredeck::ui
