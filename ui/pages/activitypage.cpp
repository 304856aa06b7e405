#include "ui/pages/activitypage.h"

#include "core/base/settings.h"
#include "core/service/commands.h"
#include "ui/dialogs/confirm.h"
#include "ui/models/activitymodel.h"
#include "ui/models/clientmodel.h"
#include "ui/pages/calldetail.h"
#include "ui/text/format.h"
#include "ui/text/tooltext.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/datatable.h"
#include "ui/widgets/filterbar.h"
#include "ui/widgets/masterdetail.h"

#include <QVBoxLayout>

#include <algorithm>

namespace flaredeck::ui {

namespace {

const QString kFilterState = QStringLiteral("activity/filter");

QString example()
{
    return ActivityPage::tr("List my Workers");
}

QPushButton *makeCopyExample()
{
    auto *copy = new CopyButton(ActivityPage::tr("Copy the example"));
    copy->setCopied(example());
    return copy;
}

} // namespace

ActivityPage::ActivityPage(const PageContext &context, QWidget *parent)
    : Page(tr("Activity"), parent)
    , m_commands(context.commands)
    , m_settings(context.settings)
    , m_archive(context.archive)
    , m_model(new ActivityModel(m_archive, this))
    , m_filter(new FilterBar)
    , m_table(new DataTable(QStringLiteral("activity"), context.settings))
    , m_detail(new CallDetail)
    , m_split(new MasterDetail(QStringLiteral("activity"), context.settings, new TableCard(m_table),
                               m_detail))
    , m_clearFilter(makeButton(tr("Clear the filter")))
    , m_copyExample(makeCopyExample())
    , m_retry(makeButton(tr("Try again")))
{
    content()->addWidget(m_filter);
    addList(m_split, m_clearFilter);
    m_table->setAccessibleName(tr("Calls"));
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->start(m_model,
                   {{86}, {140, true}, {190, true}, {110, true, 1}, {106}, {80}, {76, false, 2}});

    for (QPushButton *action : {m_copyExample, m_retry})
        addStateAction(action);
    m_model->onRead([this](const ActivityModel::Added &added) { take(added); });
    connect(m_model, &QAbstractItemModel::modelAboutToBeReset, this,
            [this] { m_current = m_table->currentId(); });
    connect(m_filter, &FilterBar::filterChanged, this, &ActivityPage::applyFilter);
    connect(m_table, &DataTable::currentIdChanged, this, &ActivityPage::showCurrent);
    connect(m_split, &MasterDetail::detailClosed, m_table, &DataTable::clearSelection);
    connect(m_clearFilter, &QPushButton::clicked, this, [this] {
        m_filter->clear();
        m_filter->focusSearch();
    });
    connect(m_retry, &QPushButton::clicked, this, &ActivityPage::readAnew);
    connect(m_detail, &CallDetail::runRequested, this, &Page::runRequested);
    connect(m_detail, &CallDetail::ruleRequested, this, &ActivityPage::makeRule);

    m_filter->setFilter(ActivityFilter::fromVariant(m_settings.state(kFilterState)));
    showLoading();
}

void ActivityPage::setSnapshot(const service::SnapshotPtr &snapshot)
{
    m_snapshot = snapshot;
    QList<FilterBar::Choice> clients;
    for (const service::ClientView &view : snapshot->clients)
        clients << FilterBar::Choice{view.client.id, clienttext::name(view.client)};
    m_filter->setClients(clients);
}

void ActivityPage::readHistory()
{
    if (m_model->filter() == m_filter->filter())
        m_model->update();
    else
        readAnew();
}

void ActivityPage::historyCleared()
{
    readAnew();
}

void ActivityPage::readAnew()
{
    m_table->clearSelection();
    m_model->setFilter(m_filter->filter());
    showLoading();
}

void ActivityPage::take(const Result<std::optional<int>> &added)
{
    m_problem = added ? QString() : added.error().text();
    if (added && !*added) {
        m_table->select(m_current);
        const auto ask = [this] {
            return m_archive.calls([query = m_model->query()](store::HistoryReader &reader) {
                return reader.count(query);
            });
        };
        m_total.reset();
        m_count.start(this, ask, [this](const Result<qint64> &count) {
            m_total = count.value_or(m_model->rowCount());
            showState();
        });
    } else if (added && m_total) {
        *m_total += **added;
    }
    showState();
}

void ActivityPage::find()
{
    m_filter->focusSearch();
}

void ActivityPage::tick()
{
    m_model->touch();
}

void ActivityPage::applyFilter(const ActivityFilter &filter)
{
    m_settings.setState(kFilterState, filter.toVariant());
    readAnew();
}

void ActivityPage::showState()
{
    if (!m_problem.isEmpty()) {
        showError(tr("The history cannot be read"), m_problem, m_retry);
        return;
    }
    if (m_total) {
        const QString total = format::number(*m_total);
        setSubtitle(m_model->filter().isEmpty() ? tr("%1 calls, newest first").arg(total)
                                                : tr("%1 calls match the filter").arg(total));
    }
    if (m_model->rowCount() > 0) {
        showContent();
    } else if (m_model->filter().isEmpty()) {
        showEmpty(QStringLiteral("activity"), tr("Waiting for the first call"),
                  tr("Every tool call of every client appears here as it happens. Try asking your "
                     "client: “%1”.")
                      .arg(example()),
                  m_copyExample);
    } else {
        showNoMatch(tr("No call matches"), tr("Nothing in the history fits this filter."));
    }
    showCurrent();
}

bool ActivityPage::isKnown(const ClientId &client) const
{
    return m_snapshot && std::any_of(m_snapshot->clients.begin(), m_snapshot->clients.end(),
                                     [&client](const service::ClientView &view) {
                                         return view.client.id == client;
                                     });
}

void ActivityPage::makeRule(const ClientId &client, const QString &subject, Policy policy)
{
    const auto answer =
        m_commands.ask(&service::Commands::setRule, client, subject, std::optional(policy));
    tellFailure(answer, this, tr("The rule was not saved"));
    whenDone(answer, m_detail, [this, client, policy](const Result<> &done) {
        const QString word = tooltext::policy(policy);
        if (done)
            m_detail->tellRule(
                client.isEmpty()
                    ? tr("%1 for all clients from now on. See the page Tools.").arg(word)
                    : tr("%1 for this client from now on. See the page Tools.").arg(word));
    });
}

void ActivityPage::showCurrent()
{
    const qint64 id = m_table->currentId().toLongLong();
    if (id == m_shown)
        return;
    m_shown = id;
    if (id == 0) {
        m_call.drop();
        m_split->setDetailVisible(false);
        return;
    }
    const auto ask = [this, id] {
        return m_archive.calls([id](store::HistoryReader &reader) { return reader.call(id); });
    };
    m_call.start(this, ask, [this](const Result<std::optional<store::CallRecord>> &call) {
        const bool isThere = call && *call;
        if (isThere)
            m_detail->setCall(**call, isKnown((*call)->client));
        m_split->setDetailVisible(isThere);
    });
}

} // namespace flaredeck::ui
