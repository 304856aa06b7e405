#include "ui/pages/auditdetail.h"

#include "core/base/plaintext.h"
#include "ui/models/auditmodel.h"
#include "ui/text/format.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/factlist.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace flaredeck::ui {

AuditDetail::AuditDetail(QWidget *parent)
    : DetailPane(tr("Event details"), parent)
    , m_outcome(labels::body())
    , m_facts(new FactList)
    , m_copy(new CopyButton(tr("Copy the hash of this row")))
{
    m_outcome->setWordWrap(true);
    m_outcome->setTextInteractionFlags(Qt::TextSelectableByMouse);
    body()->setSpacing(space::m);
    body()->addWidget(m_outcome);
    body()->addWidget(m_facts);
    auto *foot = new QHBoxLayout;
    foot->addWidget(m_copy);
    foot->addWidget(labels::small(tr("the hash of this row")));
    foot->addStretch();
    body()->addLayout(foot);
    body()->addStretch();
}

void AuditDetail::setRow(const store::AuditRow &row)
{
    setHeading(row.client.isEmpty() ? QString() : audittext::client(row), audittext::event(row),
               row.client.isEmpty() ? format::moment(row.time, format::now())
                                    : audittext::client(row));
    m_outcome->setText(plaintext::line(row.outcome));
    const auto orNone = [](const QString &text) {
        return text.isEmpty() ? QStringLiteral("—") : text;
    };
    const QString hash = QString::fromLatin1(row.hash.toHex());
    m_facts->set({
        {tr("Row"), format::number(row.sequence)},
        {tr("Time"), format::exact(row.time)},
        {tr("How often"),
         row.count > 1 ? tr("%1 times").arg(format::number(row.count)) : tr("once")},
        {tr("Client id"), orNone(row.client), true},
        {tr("Grant"), orNone(row.grant), true},
        {tr("Program"), orNone(row.program), true},
        {tr("Process"), row.pid > 0 ? QString::number(row.pid) : orNone({})},
        {tr("Hash"), hash.left(16) + QStringLiteral("…"), true, hash},
    });
    m_copy->setCopied(hash);
}

} // namespace flaredeck::ui
