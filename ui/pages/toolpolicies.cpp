#include "ui/pages/toolpolicies.h"

#include "core/base/plaintext.h"
#include "ui/models/clientmodel.h"
#include "ui/text/tooltext.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/policybox.h"
#include "ui/widgets/surface.h"

#include <QHBoxLayout>
#include <QMenu>
#include <QVBoxLayout>

#include <algorithm>

namespace flaredeck::ui {

using tools::RuleBook;

ToolPolicies::ToolPolicies(QWidget *parent)
    : QWidget(parent)
    , m_list(new QWidget)
    , m_column(new QVBoxLayout(m_list))
    , m_add(makeButton(tr("Add an exception")))
    , m_menu(new QMenu(this))
{
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(space::xs);
    m_add->setMenu(m_menu);
    connect(m_menu, &QMenu::aboutToShow, this, &ToolPolicies::fillMenu);
    auto *foot = new QHBoxLayout;
    foot->addWidget(m_add);
    foot->addStretch();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::s);
    column->addWidget(m_list);
    column->addLayout(foot);
}

void ToolPolicies::setTool(const tools::ToolDefinition &tool, const service::Snapshot &snapshot,
                           const ClientId &client)
{
    const RuleBook book(snapshot.rules);
    const QString subject = RuleBook::subjectOf(tool);
    QList<Row> rows{{ClientId(), tr("All clients")}};
    m_others.clear();
    for (const service::ClientView &view : snapshot.clients) {
        const bool isShown = view.client.id == client || book.find(view.client.id, subject);
        (isShown ? rows : m_others).append({view.client.id, clienttext::name(view.client)});
    }
    const bool isSame =
        m_subject == subject && std::equal(rows.begin(), rows.end(), m_rows.begin(), m_rows.end(),
                                           [](const Row &a, const Row &b) {
                                               return a.client == b.client && a.name == b.name;
                                           });
    m_subject = subject;
    if (!isSame)
        build(rows);
    for (const Row &row : std::as_const(m_rows)) {
        const bool isAll = row.client.isEmpty();
        const RuleBook without = book.with(row.client, subject, std::nullopt);
        row.box->setState(book.find(row.client, subject),
                          without.policyFor(row.client, tool, tool.effect),
                          isAll ? tr("As usual: %1") : tr("As for all: %1"),
                          {kPolicies.begin(), kPolicies.end()});
    }
    m_add->setVisible(!m_others.isEmpty());
}

void ToolPolicies::build(const QList<Row> &rows)
{
    for (QWidget *old : m_list->findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly)) {
        old->hide();
        old->deleteLater(); // its box may be about to return from what it was clicked for
    }
    m_rows = rows;
    for (Row &row : m_rows) {
        row.box = new PolicyBox(plaintext::line(tr("Policy for %1").arg(row.name)));
        auto *line = new QWidget;
        auto *layout = new QHBoxLayout(line);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->setSpacing(space::s);
        layout->addWidget(new ElidedLabel(row.name, Qt::ElideRight), 1);
        layout->addWidget(row.box);
        m_column->addWidget(line);
        connect(row.box, &PolicyBox::chosen, this,
                [this, client = row.client](std::optional<Policy> policy) {
                    emit ruleChosen(client, m_subject, policy);
                });
    }
}

void ToolPolicies::fillMenu()
{
    m_menu->clear();
    for (const Row &other : std::as_const(m_others)) {
        QMenu *policies = m_menu->addMenu(surface::caption(other.name));
        for (const Policy policy : kPolicies)
            policies->addAction(tooltext::policy(policy), this,
                                [this, client = other.client, policy] {
                                    emit ruleChosen(client, m_subject, policy);
                                });
    }
}

} // namespace flaredeck::ui
