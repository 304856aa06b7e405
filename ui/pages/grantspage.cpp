#include "ui/pages/grantspage.h"

#include "core/base/whendone.h"
#include "ui/commands.h"
#include "ui/dialogs/confirm.h"
#include "ui/dialogs/connectdialog.h"
#include "ui/pages/grantdetail.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/cell.h"
#include "ui/widgets/datatable.h"
#include "ui/widgets/masterdetail.h"

#include <QSortFilterProxyModel>
#include <QVBoxLayout>

namespace flaredeck::ui {

using service::GrantView;

namespace {

QString describe(const GrantView &view)
{
    return GrantsPage::tr("%1 with %2", "client, account")
        .arg(granttext::client(view), granttext::accounts(view.grant));
}

Confirmation::Option signOutOption(const QStringList &signIns)
{
    return {GrantsPage::tr("Also sign out of Cloudflare"),
            GrantsPage::tr("Nothing else uses the sign-in of %1.")
                .arg(signIns.join(QStringLiteral(", "))),
            true};
}

} // namespace

GrantsPage::GrantsPage(const PageContext &context, QWidget *parent)
    : Page(tr("Grants"), parent)
    , m_commands(context.commands)
    , m_history(context.historyFile)
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
    connect(m_revokeAll, &QPushButton::clicked, this, &GrantsPage::revokeAll);
    addStateAction(m_connect);
    connect(m_connect, &QPushButton::clicked, this,
            [this] { showConnectDialog(this, *m_snapshot); });
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
    if (const auto calls = m_history.callsByGrant(0))
        m_model->setCalls(*calls);
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
    QStringList effects;
    QList<GrantId> ids;
    for (const QString &id : m_table->selectedIds()) {
        if (const GrantView *view = m_model->find(id)) {
            effects << describe(*view);
            ids << view->grant.id;
        }
    }
    if (ids.isEmpty())
        return;
    Confirmation question{
        ids.size() == 1 ? tr("Revoke this access?") : tr("Revoke %1 grants?").arg(ids.size()),
        tr("Running calls are cancelled and the next call is refused. To go on, the client has "
           "to ask you again."),
        effects, tr("Revoke")};
    if (const QStringList freed = onlyUsedBy(ids); !freed.isEmpty())
        question.options << signOutOption(freed);
    confirm(this, question, [this, ids](const QList<bool> &ticked) {
        revoke({.grants = ids, .signOut = ticked.value(0)});
    });
}

QStringList GrantsPage::onlyUsedBy(const QList<GrantId> &grants) const
{
    QStringList freed;
    for (const store::Login &login : m_snapshot->logins) {
        bool isUsed = false;
        bool isUsedByOthers = false;
        for (const GrantView &view : m_snapshot->grants) {
            if (view.grant.login != login.id)
                continue;
            isUsed = true;
            isUsedByOthers = isUsedByOthers || !grants.contains(view.grant.id);
        }
        if (isUsed && !isUsedByOthers && login.kind == store::LoginKind::OAuth)
            freed << login.email;
    }
    return freed;
}

void GrantsPage::revoke(const service::RevokeOrder &order)
{
    whenDone(m_commands.revoke(order), this, [this](const Result<> &done) {
        if (!done)
            tellUnsaved(done.error());
    });
}

void GrantsPage::tellUnsaved(const Error &error)
{
    // Storage: nobody can use it any more, but the disk does not know.
    tellProblem(this,
                error.kind == Error::Kind::Storage ? tr("Revoked, but not saved yet")
                                                   : tr("The access was not revoked"),
                error.text());
}

void GrantsPage::revokeAll()
{
    QStringList effects;
    for (const GrantView &view : m_model->rows())
        effects << describe(view);
    QStringList signIns;
    for (const store::Login &login : m_snapshot->logins)
        signIns << login.email;
    Confirmation question{tr("Revoke all access?"),
                          effects.isEmpty()
                              ? tr("No client has access now.")
                              : tr("Every client loses its access at once and has to ask you "
                                   "again:"),
                          effects, tr("Revoke all")};
    if (!signIns.isEmpty())
        question.options << signOutOption(signIns);
    const bool canChangeKey = m_snapshot->keyState == store::KeyState::Ready;
    if (canChangeKey)
        question.options << Confirmation::Option{
            tr("Also change the vault's key"),
            tr("For when somebody may have had access to this computer or its keychain.")};
    confirm(this, question, [this, signIns, canChangeKey](const QList<bool> &ticked) {
        const bool signOut = !signIns.isEmpty() && ticked.first();
        revoke({.all = true, .signOut = signOut, .changeKey = canChangeKey && ticked.last()});
    });
}

} // namespace flaredeck::ui
