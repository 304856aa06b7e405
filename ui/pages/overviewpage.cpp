#include "ui/pages/overviewpage.h"

#include "core/base/whendone.h"
#include "core/service/clientpresence.h"
#include "core/service/commands.h"
#include "ui/dialogs/confirm.h"
#include "ui/dialogs/signindialog.h"
#include "ui/models/activitymodel.h"
#include "ui/pages/onboarding.h"
#include "ui/pages/statusstrip.h"
#include "ui/text/format.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/callchart.h"
#include "ui/widgets/datatable.h"
#include "ui/widgets/figurecard.h"
#include "ui/widgets/legend.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>

namespace flaredeck::ui {

namespace {

constexpr int kRecent = 8;
constexpr int kRecentHeight = 144; ///< room for at least four calls
constexpr int kFourFigures = 860;
constexpr Millis kHour = 60LL * 60 * 1000;
constexpr Millis kDay = 24 * kHour;

} // namespace

OverviewPage::OverviewPage(const PageContext &context, QWidget *parent)
    : Page(tr("Overview"), parent)
    , m_commands(context.commands)
    , m_archive(context.archive)
    , m_onboarding(new Onboarding)
    , m_connect(makeButton(tr("Connect a client"), ButtonRole::Primary))
{
    m_dashboard = buildDashboard(context);
    addAction(m_connect);
    content()->addWidget(m_onboarding, 1);
    content()->addWidget(m_dashboard, 1);
    m_onboarding->hide();

    connect(m_connect, &QPushButton::clicked, this, &Page::connectRequested);
    connect(m_onboarding, &Onboarding::connectRequested, this, &Page::connectRequested);
    connect(m_onboarding, &Onboarding::signInRequested, this, &OverviewPage::signIn);
    showLoading();
}

QWidget *OverviewPage::buildDashboard(const PageContext &context)
{
    m_strip = new StatusStrip;
    m_open = new FigureCard(tr("Clients open now"));
    m_calls = new FigureCard(tr("Calls today"));
    m_failed = new FigureCard(tr("Failed or denied today"));
    m_time = new FigureCard(tr("Time per call today"));
    m_figures = new QGridLayout;
    m_figures->setSpacing(space::m);

    auto *dashboard = new QWidget;
    auto *column = new QVBoxLayout(dashboard);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::m);
    column->addWidget(m_strip);
    column->addLayout(m_figures);
    column->addWidget(buildChart());
    column->addWidget(buildRecent(context), 1);
    auto *scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->viewport()->setAutoFillBackground(false);
    scroll->setWidget(dashboard);
    dashboard->setAutoFillBackground(false);
    arrangeFigures();
    return scroll;
}

/// Four cards in a row where their texts fit.
void OverviewPage::arrangeFigures()
{
    const int columns = width() < kFourFigures ? 2 : 4;
    int i = 0;
    for (FigureCard *card : {m_open, m_calls, m_failed, m_time}) {
        m_figures->removeWidget(card);
        m_figures->addWidget(card, i / columns, i % columns);
        ++i;
    }
}

void OverviewPage::resizeEvent(QResizeEvent *event)
{
    Page::resizeEvent(event);
    arrangeFigures();
}

Card *OverviewPage::buildChart()
{
    m_chart = new CallChart;
    auto *head = new QHBoxLayout;
    head->addWidget(labels::strong(tr("Calls per minute, last hour")));
    head->addStretch();
    head->addWidget(new Legend(
        {{tr("ok"), Tone::Accent}, {tr("failed"), Tone::Bad}, {tr("denied"), Tone::Warn}}));
    auto *card = new Card;
    auto *column = new QVBoxLayout(card);
    column->setContentsMargins(space::l, 14, space::l, space::m);
    column->setSpacing(10);
    column->addLayout(head);
    column->addWidget(m_chart);
    return card;
}

Card *OverviewPage::buildRecent(const PageContext &context)
{
    m_recent = new ActivityModel(m_archive, this, kRecent);
    m_recent->onRead([this](const ActivityModel::Added &) { showRecent(); });
    auto *table = new DataTable(QStringLiteral("recent"), context.settings);
    table->setMinimumHeight(kRecentHeight);
    table->setAccessibleName(tr("Recent calls"));
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->start(m_recent, {{110}, {170, true}, {240, true}, {120}, {120}, {90}, {90}});
    table->setColumnHidden(ActivityModel::Account, true);
    table->horizontalHeader()->hide();
    connect(table, &QAbstractItemView::activated, this,
            [this] { emit pageRequested(page::Activity); });

    QPushButton *all = makeButton(tr("All activity →"), ButtonRole::Link);
    connect(all, &QPushButton::clicked, this, [this] { emit pageRequested(page::Activity); });
    auto *head = new QHBoxLayout;
    head->setContentsMargins(space::m, 8, space::s, 2);
    head->addWidget(labels::strong(tr("Recent calls")));
    head->addStretch();
    head->addWidget(all);

    auto *card = new Card;
    auto *column = new QVBoxLayout(card);
    column->setContentsMargins(1, 1, 1, 6);
    column->setSpacing(0);
    column->addLayout(head);
    column->addWidget(table, 1);
    return card;
}

void OverviewPage::setSnapshot(const service::SnapshotPtr &snapshot)
{
    m_snapshot = snapshot;
    if (m_ways && snapshot)
        m_ways->setSnapshot(*snapshot);
    const bool first = snapshot->clients.isEmpty();
    m_onboarding->setVisible(first);
    m_dashboard->setVisible(!first);
    m_connect->setVisible(!first);
    m_onboarding->setSnapshot(*snapshot);
    m_strip->set(*snapshot, m_lastCall);
    showSubtitle();
    showContent();
}

void OverviewPage::readHistory()
{
    m_recent->update();
    m_day.refresh(
        this, [this] { return m_archive.calls(readDay); },
        [this](const Day &day) { showDay(day); });
}

void OverviewPage::historyCleared()
{
    m_recent->reload();
    readHistory();
}

void OverviewPage::tick()
{
    readHistory();
    m_recent->touch();
}

void OverviewPage::showRecent()
{
    const store::CallRecord *last = m_recent->at(0);
    m_lastCall = last ? std::optional(*last) : std::nullopt;
    if (m_snapshot) {
        m_strip->set(*m_snapshot, m_lastCall);
        showSubtitle();
    }
}

OverviewPage::Day OverviewPage::readDay(store::HistoryReader &reader)
{
    const Millis now = format::now();
    const Millis midnight = format::startOfToday();
    store::CallFilter failed;
    failed.outcome = store::Outcome::Error;
    failed.from = midnight;
    return {.now = now,
            .today = reader.totals(midnight),
            .sinceYesterday = reader.totals(midnight - kDay),
            .lastFailed = reader.calls(failed, 0, 1),
            .lastHour = reader.perMinute(now - kHour)};
}

void OverviewPage::showDay(const Day &day)
{
    if (day.lastHour)
        m_chart->set(*day.lastHour, day.now);
    if (!day.today)
        return;
    const store::CallTotals &today = *day.today;
    QString trend = tr("no calls yesterday");
    const qint64 before = day.sinceYesterday ? day.sinceYesterday->calls - today.calls : 0;
    if (before > 0) {
        const qint64 percent = (today.calls - before) * 100 / before;
        trend = percent >= 0 ? tr("▲ %1 % over yesterday").arg(percent)
                             : tr("▼ %1 % under yesterday").arg(-percent);
    }
    m_calls->set({{format::number(today.calls)}}, trend);

    const QList<FigureCard::Part> bad{
        {format::number(today.errors), tr("failed"), today.errors > 0 ? Tone::Bad : Tone::Neutral},
        {format::number(today.denied), tr("denied"),
         today.denied > 0 ? Tone::Warn : Tone::Neutral}};
    const bool hasFailed = day.lastFailed && !day.lastFailed->isEmpty();
    m_failed->set(bad, hasFailed ? tr("last: %1, %2", "time, client")
                                       .arg(format::ago(day.lastFailed->first().startedAt, day.now),
                                            day.lastFailed->first().clientName)
                                 : tr("nothing failed today"));

    if (today.calls == 0) {
        m_time->set({{QStringLiteral("—")}}, tr("no calls yet"));
        return;
    }
    const QString p95 = format::duration(today.p95Us);
    m_time->set({{p95.section(QLatin1Char(' '), 0, 0),
                  tr("%1 p95", "unit of time").arg(p95.section(QLatin1Char(' '), 1))}},
                tr("p50 %1").arg(format::duration(today.p50Us)));
}

void OverviewPage::showSubtitle()
{
    if (!m_snapshot)
        return;
    if (m_snapshot->clients.isEmpty()) {
        setSubtitle(tr("Three steps to the first call"));
        return;
    }
    const int open = service::openClients(*m_snapshot, format::now());
    m_open->set({{format::number(open)}}, tr("of %1 registered").arg(m_snapshot->clients.size()));
    const QString clients = open == 0   ? tr("No client is open now")
                            : open == 1 ? tr("1 client open now")
                                        : tr("%1 clients open now").arg(open);
    const QString who =
        m_snapshot->logins.isEmpty()
            ? clients
            : tr("%1 as %2", "clients, e-mail").arg(clients, m_snapshot->logins.first().email);
    setSubtitle(
        m_lastCall
            ? tr("%1, last call %2").arg(who, format::ago(m_lastCall->startedAt, format::now()))
            : who);
}

void OverviewPage::signIn()
{
    if (m_snapshot && m_snapshot->providerClientSource.isEmpty()) {
        showSignIn(m_ways, m_commands, *m_snapshot, this);
        return;
    }
    whenDone(m_commands.ask(&service::Commands::signIn), this, [this](const Result<> &done) {
        if (!done && done.error().kind != Error::Kind::Cancelled && m_snapshot)
            showSignIn(m_ways, m_commands, *m_snapshot, this, done.error().text());
    });
}

} // namespace flaredeck::ui
