#include "ui/pages/logspage.h"

#include "core/base/settings.h"
#include "ui/models/logmodel.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/datatable.h"
#include "ui/widgets/filterbar.h"
#include "ui/widgets/masterdetail.h"

#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QScrollBar>
#include <QVBoxLayout>

#include <algorithm>

namespace flaredeck::ui {

namespace {
const QString kLevelState = QStringLiteral("logs/level");
constexpr int kRowHeight = 30;
} // namespace

LogsPage::LogsPage(const PageContext &context, QWidget *parent)
    : Page(tr("Logs"), parent)
    , m_settings(context.settings)
    , m_model(new LogModel(context.log, this))
    , m_filter(new LogFilter(this))
    , m_table(new DataTable(QStringLiteral("logs"), context.settings))
    , m_search(makeSearchField(tr("Search messages and categories…  (Ctrl+F)")))
    , m_level(new QComboBox)
    , m_newLines(makeButton({}, ButtonRole::Primary))
    , m_clear(makeButton(tr("Show all lines")))
{
    setSubtitle(tr("What this app does, as it happens. Secrets never appear here."));
    QPushButton *copyButton = makeButton(tr("Copy"));
    copyButton->setAccessibleName(tr("Copy the selected lines, or all that are shown"));
    copyButton->setToolTip(copyButton->accessibleName());
    addAction(copyButton);

    m_level->setAccessibleName(tr("Least level"));
    m_level->addItems(
        {tr("All levels"), tr("Info and above"), tr("Warnings and above"), tr("Critical only")});
    auto *bar = new QHBoxLayout;
    bar->setSpacing(space::s);
    bar->addWidget(m_search, 1);
    bar->addWidget(m_level);
    content()->addLayout(bar);
    addList(new TableCard(m_table), m_clear);
    m_newLines->hide();
    content()->addWidget(m_newLines, 0, Qt::AlignHCenter);

    m_filter->setSourceModel(m_model);
    m_table->setAccessibleName(tr("Log lines"));
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->start(m_filter, {{110}, {110}, {160}, {400, true}});
    m_table->verticalHeader()->setDefaultSectionSize(kRowHeight);

    connect(m_search, &QLineEdit::textChanged, m_filter, &LogFilter::setText);
    connect(m_search, &QLineEdit::textChanged, this, &LogsPage::showState);
    connect(m_level, &QComboBox::currentIndexChanged, this, &LogsPage::setLevel);
    connect(copyButton, &QPushButton::clicked, this, &LogsPage::copy);
    connect(m_newLines, &QPushButton::clicked, this, &LogsPage::follow);
    connect(m_clear, &QPushButton::clicked, this, [this] {
        m_search->clear();
        m_level->setCurrentIndex(0);
        find();
    });
    connect(m_filter, &QAbstractItemModel::rowsInserted, this,
            [this](const QModelIndex &, int first, int last) { noteNewLines(last - first + 1); });
    connect(m_table->verticalScrollBar(), &QScrollBar::valueChanged, this, [this] {
        // Only a person moves the scroll bar away from the end.
        m_following = atEnd();
        if (m_following)
            follow();
    });

    m_level->setCurrentIndex(
        std::clamp(m_settings.state(kLevelState).toInt(), 0, int(LogLevel::Critical)));
    setLevel(m_level->currentIndex());
    QMetaObject::invokeMethod(this, &LogsPage::follow, Qt::QueuedConnection);
}

void LogsPage::find()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

void LogsPage::setLevel(int index)
{
    m_settings.setState(kLevelState, index);
    m_filter->setLeast(LogLevel(index));
    showState();
}

bool LogsPage::atEnd() const
{
    const QScrollBar *bar = m_table->verticalScrollBar();
    return bar->value() >= bar->maximum() - kRowHeight / 2;
}

void LogsPage::noteNewLines(int count)
{
    showState();
    if (m_following) {
        m_table->scrollToBottom();
        return;
    }
    m_unseen += count;
    m_newLines->setText(m_unseen == 1 ? tr("1 new line") : tr("%1 new lines").arg(m_unseen));
    m_newLines->show();
}

void LogsPage::follow()
{
    m_following = true;
    m_unseen = 0;
    m_newLines->hide();
    if (!atEnd())
        m_table->scrollToBottom();
}

void LogsPage::showState()
{
    if (m_filter->rowCount() > 0)
        showContent();
    else if (m_model->rowCount() > 0)
        showNoMatch(tr("No line matches"), tr("Nothing in the log has this level and text."));
    else
        showEmpty(QStringLiteral("logs"), tr("The log is empty"),
                  tr("Lines appear here as soon as the app does something."));
}

void LogsPage::copy()
{
    QModelIndexList rows = m_table->selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end());
    if (rows.isEmpty()) {
        for (int row = 0; row < m_filter->rowCount(); ++row)
            rows << m_filter->index(row, 0);
    }
    QStringList lines;
    for (const QModelIndex &row : rows)
        lines << m_model->lineAt(m_filter->mapToSource(row).row());
    QGuiApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
}

} // namespace flaredeck::ui
