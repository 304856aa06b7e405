#include "ui/pages/serverspage.h"

#include "ui/dialogs/addserverdialog.h"
#include "ui/pages/serverdetail.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/datatable.h"
#include "ui/widgets/masterdetail.h"

#include <QSortFilterProxyModel>
#include <QVBoxLayout>

namespace flaredeck::ui {

using remote::RemoteView;

ServersPage::ServersPage(const PageContext &context, QWidget *parent)
    : Page(tr("Servers"), parent)
    , m_commands(context.commands)
    , m_model(new ServerModel(this))
    , m_sorted(new QSortFilterProxyModel(this))
    , m_table(new DataTable(QStringLiteral("servers"), context.settings))
    , m_detail(new ServerDetail(context.commands))
    , m_split(new MasterDetail(QStringLiteral("servers"), context.settings, new TableCard(m_table),
                               m_detail))
    , m_addFirst(makeButton(tr("Add a server…"), ButtonRole::Primary))
{
    setSubtitle(tr("Remote MCP servers whose tools you can lend to clients, like Flaredeck's own"));
    QPushButton *add = makeButton(tr("Add a server…"));
    addAction(add);
    content()->addWidget(m_split, 1);

    m_sorted->setSourceModel(m_model);
    m_sorted->setSortRole(SortRole);
    m_table->setAccessibleName(tr("Servers"));
    m_table->setTallRows();
    m_table->start(m_sorted, {{230, true}, {150, true}, {70, false, 2}, {185, false, 1}});

    connect(m_table, &DataTable::currentIdChanged, this, &ServersPage::showCurrent);
    connect(m_split, &MasterDetail::detailClosed, m_table, &DataTable::clearSelection);
    connect(add, &QPushButton::clicked, this, &ServersPage::addServer);
    addStateAction(m_addFirst);
    connect(m_addFirst, &QPushButton::clicked, this, &ServersPage::addServer);
    showLoading();
}

void ServersPage::setSnapshot(const service::SnapshotPtr &snapshot)
{
    m_snapshot = snapshot;
    m_model->setRows(snapshot->servers);
    if (snapshot->servers.isEmpty()) {
        showEmpty(QStringLiteral("servers"), tr("No servers"),
                  tr("Add a remote MCP server by its address. Its tools are then granted, asked "
                     "about and logged like Flaredeck's own."),
                  m_addFirst);
        return;
    }
    showContent();
    if (!m_selectNext.isEmpty() && m_table->select(m_selectNext))
        m_selectNext.clear();
    showCurrent();
}

void ServersPage::tick()
{
    m_model->touch();
    showCurrent();
}

void ServersPage::showCurrent()
{
    const RemoteView *view = m_model->find(m_table->currentId());
    m_split->setDetailVisible(view != nullptr);
    if (view)
        m_detail->setServer(*view);
}

void ServersPage::addServer()
{
    auto *dialog = new AddServerDialog(m_commands, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &AddServerDialog::added, this, [this](const QString &name) {
        if (!m_table->select(name))
            m_selectNext = name;
    });
    dialog->open();
}

} // namespace flaredeck::ui
