#include "ui/pages/grantspage.h"

#include "ui/dialogs/revokequestion.h"
#include "ui/pages/grantdetail.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/cell.h"
#include "ui/widgets/datatable.h"
#include "ui/widgets/masterdetail.h"

#include <QSortFilterProxyModel>
#include <QVBoxLayout>

namespace flaredeck::ui {

using service::GrantView;

GrantsPage::GrantsPage(const PageContext &context, QWidget *parent)
    : Page(tr("Grants"), parent)
    , m_commands(context.commands)
    , m_archive(context.archive)
    , m_model(new GrantModel(this))
    , m_sorted(new QSortFilterProxyModel(this))
    , m_table(new DataTable(QStringLiteral("grants"), context.settings))
    , m_detail(new GrantDetail(context.commands))
    , m_split(new MasterDetail(QStringLiteral("grants"), context.settings, new TableCard(m_table),
                               m_detail))
    , m_revokeAll(makeButton(tr("Revoke all…"), ButtonRole::Danger))
    , m_connect(makeButton(tr("Connect a client"), ButtonRole::Primary))
{
    setSubtitle(tr("Who may do what with which account"));
    addAction(m_revokeAll);
    content()->addWidget(m_split, 1);

    m_sorted->setSourceModel(m_model);
    m_sorted->setSortRole(SortRole);
    m_table->setAccessibleName(tr("Grants"));
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->start(m_sorted, {{140, true},
                              {110, true, 3},
                              {210, true},
                              {130, false, 1},
                              {110, false, 4},
                              {70, false, 2}});
    m_table->sortAtFirstBy(GrantModel::Granted, Qt::DescendingOrder);

    connect(m_table, &DataTable::currentIdChanged, this, &GrantsPage::showCurrent);
    connect(m_split, &MasterDetail::detailClosed, m_table, &DataTable::clearSelection);
    connect(m_detail, &GrantDetail::revokeRequested, this, &GrantsPage::revokeSelected);
    connect(m_revokeAll, &QPushButton::clicked, this,
            [this] { revokequestion::askAll(this, m_commands, *m_snapshot); });
    addStateAction(m_connect);
    connect(m_connect, &QPushButton::clicked, this, &Page::connectRequested);
    showLoading();
}

void GrantsPage::setSnapshot(const service::SnapshotPtr &snapshot)
{
    m_snapshot = snapshot;
    m_model->setRows(snapshot->grants);
    m_revokeAll->setVisible(!snapshot->grants.isEmpty());
    if (snapshot->grants.isEmpty()) {
        showEmpty(QStringLiteral("grants"), tr("Nothing is granted"),
                  tr("When a client asks for access and you allow it, it appears here with what it "
                     "may do. One click takes it back."),
                  m_connect);
    } else {
        showContent();
        showCurrent();
    }
}

void GrantsPage::readHistory()
{
    const auto count = [this] {
        return m_archive.calls([](store::HistoryReader &reader) { return reader.callsByGrant(0); });
    };
    m_calls.refresh(this, count, [this](const Result<QHash<QString, qint64>> &calls) {
        if (calls)
            m_model->setCalls(*calls);
    });
}

void GrantsPage::tick()
{
    m_model->touch();
    showCurrent();
}

void GrantsPage::showCurrent()
{
    const GrantView *view = m_model->find(m_table->currentId());
    m_split->setDetailVisible(view != nullptr);
    if (view)
        m_detail->setGrant(*view, *m_snapshot);
}

void GrantsPage::revokeSelected()
{
    QList<GrantId> ids;
    for (const QString &id : m_table->selectedIds())
        ids << GrantId{id};
    revokequestion::ask(this, m_commands, *m_snapshot, ids);
}

} // namespace flaredeck::ui
