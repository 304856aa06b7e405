#include "ui/pages/clientspage.h"

#include "core/service/clientpresence.h"
#include "core/service/commands.h"
#include "ui/dialogs/addclientdialog.h"
#include "ui/dialogs/confirm.h"
#include "ui/dialogs/revokequestion.h"
#include "ui/models/grantmodel.h"
#include "ui/pages/clientdetail.h"
#include "ui/text/format.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/cell.h"
#include "ui/widgets/datatable.h"
#include "ui/widgets/masterdetail.h"

#include <QSortFilterProxyModel>
#include <QVBoxLayout>

namespace flaredeck::ui {

using service::ClientView;

ClientsPage::ClientsPage(const PageContext &context, QWidget *parent)
    : Page(tr("Clients"), parent)
    , m_commands(context.commands)
    , m_archive(context.archive)
    , m_model(new ClientModel(this))
    , m_sorted(new QSortFilterProxyModel(this))
    , m_table(new DataTable(QStringLiteral("clients"), context.settings))
    , m_detail(new ClientDetail(context.commands, context.settings))
    , m_split(new MasterDetail(QStringLiteral("clients"), context.settings, new TableCard(m_table),
                               m_detail))
    , m_connect(makeButton(tr("Connect a client"), ButtonRole::Primary))
{
    QPushButton *connectAction = makeButton(tr("Connect a client"), ButtonRole::Primary);
    QPushButton *addClient = makeButton(tr("Add a client…"));
    addAction(addClient);
    addAction(connectAction);
    content()->addWidget(m_split, 1);

    m_sorted->setSourceModel(m_model);
    m_sorted->setSortRole(SortRole);
    m_table->setAccessibleName(tr("Clients"));
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->start(
        m_sorted,
        {{150, true}, {130, true, 3}, {190, true, 1}, {154}, {80}, {90, false, 2}, {124}});
    m_table->sortAtFirstBy(ClientModel::LastSeen, Qt::DescendingOrder);

    connect(connectAction, &QPushButton::clicked, this, &Page::connectRequested);
    addStateAction(m_connect);
    connect(m_connect, &QPushButton::clicked, this, &Page::connectRequested);
    connect(addClient, &QPushButton::clicked, this, [this] {
        auto *dialog = new AddClientDialog(m_commands, m_snapshot->server.port, this);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->open();
    });
    connect(m_table, &DataTable::currentIdChanged, this, &ClientsPage::showCurrent);
    connect(m_split, &MasterDetail::detailClosed, m_table, &DataTable::clearSelection);
    connect(m_detail, &ClientDetail::forgetRequested, this, &ClientsPage::forgetCurrent);
    connect(m_detail, &ClientDetail::revokeRequested, this, &ClientsPage::revokeCurrent);
    connect(m_detail, &ClientDetail::blockRequested, this, &ClientsPage::blockCurrent);
    connect(m_detail, &ClientDetail::eventsRequested, this, [this] {
        if (const ClientView *view = m_model->find(m_table->currentId()))
            emit clientEventsRequested(view->client.id);
    });
    showLoading();
}

void ClientsPage::setSnapshot(const service::SnapshotPtr &snapshot)
{
    m_snapshot = snapshot;
    m_model->setRows(snapshot->clients);
    if (snapshot->clients.isEmpty()) {
        setSubtitle(tr("Programs that speak MCP and use this server"));
        showEmpty(QStringLiteral("clients"), tr("No client has connected yet"),
                  tr("Give a client the address %1. It appears here as soon as it registers.")
                      .arg(snapshot->server.mcpUrl),
                  m_connect);
        return;
    }
    showSubtitle();
    showContent();
    showCurrent();
}

void ClientsPage::showSubtitle()
{
    setSubtitle(tr("%1 registered, %2 open now")
                    .arg(m_snapshot->clients.size())
                    .arg(service::openClients(*m_snapshot, format::now())));
}

void ClientsPage::readHistory()
{
    const auto count = [this] {
        return m_archive.calls([today = format::startOfToday()](store::HistoryReader &reader) {
            return reader.callsByClient(today);
        });
    };
    m_calls.refresh(this, count, [this](const Result<QHash<QString, qint64>> &calls) {
        if (calls)
            m_model->setCalls(*calls);
    });
}

void ClientsPage::tick()
{
    m_model->touch();
    if (m_snapshot && !m_snapshot->clients.isEmpty())
        showSubtitle();
    showCurrent();
}

void ClientsPage::showCurrent()
{
    const ClientView *view = m_model->find(m_table->currentId());
    m_split->setDetailVisible(view != nullptr);
    if (view)
        m_detail->setClient(*view);
}

QStringList ClientsPage::endingAccess(const ClientView &view) const
{
    QStringList effects;
    for (const service::GrantView &grant : m_snapshot->grants) {
        if (grant.grant.client == view.client.id)
            effects << tr("Its access to %1 ends").arg(granttext::accounts(grant.grant));
    }
    if (!view.sessions.isEmpty())
        effects << tr("Its sessions are closed: %1").arg(view.sessions.size());
    return effects;
}

void ClientsPage::revokeCurrent()
{
    const ClientView *view = m_model->find(m_table->currentId());
    if (!view)
        return;
    QList<GrantId> grants;
    for (const service::GrantView &grant : m_snapshot->grants) {
        if (grant.grant.client == view->client.id)
            grants << grant.grant.id;
    }
    revokequestion::ask(this, m_commands, *m_snapshot, grants);
}

void ClientsPage::blockCurrent()
{
    const ClientView *view = m_model->find(m_table->currentId());
    if (!view)
        return;
    if (view->client.isBlocked()) {
        tellFailure(m_commands.ask(&service::Commands::unblockClient, view->client.id), this,
                    tr("The client is still blocked"));
        return;
    }
    QStringList effects = endingAccess(*view);
    effects << tr("It cannot ask you any more, until you unblock it here");
    confirm(this,
            {tr("Block %1?").arg(clienttext::name(view->client)),
             tr("Flaredeck refuses this client from now on. What stops working:"), effects,
             tr("Block")},
            [this, id = view->client.id] {
                tellFailure(m_commands.ask(&service::Commands::blockClient, id), this,
                            tr("The block was not saved"));
            });
}

void ClientsPage::forgetCurrent()
{
    const ClientView *view = m_model->find(m_table->currentId());
    if (!view)
        return;
    QStringList effects = endingAccess(*view);
    if (view->client.isBlocked())
        effects << tr("It is no longer blocked, and may register anew");
    effects << (view->client.kind == store::ClientKind::Person
                    ? tr("Its client ID is no longer known; add it anew to use it again")
                    : tr("It has to register and ask you again"));
    confirm(this,
            {tr("Forget %1?").arg(clienttext::name(view->client)),
             tr("The registration is removed. What stops working:"), effects, tr("Forget")},
            [this, id = view->client.id] {
                tellFailure(m_commands.ask(&service::Commands::forgetClient, id), this,
                            tr("The client was not forgotten"));
            });
}

} // namespace flaredeck::ui
