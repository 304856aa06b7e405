#include "ui/models/logmodel.h"

#include "core/base/plaintext.h"
#include "ui/text/format.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QTimerEvent>

namespace flaredeck::ui {

namespace {

constexpr int kBatchMs = 100;

Tone levelTone(LogLevel level)
{
    switch (level) {
    case LogLevel::Critical:
        return Tone::Bad;
    case LogLevel::Warning:
        return Tone::Warn;
    case LogLevel::Info:
    case LogLevel::Debug:
        break;
    }
    return Tone::Neutral;
}

QString levelIcon(LogLevel level)
{
    switch (level) {
    case LogLevel::Critical:
        return QStringLiteral("cross");
    case LogLevel::Warning:
        return QStringLiteral("warning");
    case LogLevel::Info:
        return QStringLiteral("info");
    case LogLevel::Debug:
        break;
    }
    return QStringLiteral("logs");
}

} // namespace

QString levelText(LogLevel level)
{
    switch (level) {
    case LogLevel::Debug:
        return LogModel::tr("debug");
    case LogLevel::Info:
        return LogModel::tr("info");
    case LogLevel::Warning:
        return LogModel::tr("warning");
    case LogLevel::Critical:
        break;
    }
    return LogModel::tr("critical");
}

namespace {

QList<Column<LogRecord>> logColumns()
{
    return {
        {.title = LogModel::tr("Time"),
         .kind = CellKind::Mono,
         .text =
             [](const LogRecord &record) {
                 return QDateTime::fromMSecsSinceEpoch(record.time)
                     .toString(QStringLiteral("HH:mm:ss.zzz"));
             },
         .toolTip = [](const LogRecord &record) { return format::exact(record.time); }},
        {.title = LogModel::tr("Level"),
         .kind = CellKind::Pill,
         .text = [](const LogRecord &record) { return levelText(record.level); },
         .tone = [](const LogRecord &record) { return levelTone(record.level); },
         .icon = [](const LogRecord &record) { return levelIcon(record.level); }},
        {.title = LogModel::tr("Category"),
         .kind = CellKind::Secondary,
         .text = &LogRecord::category},
        {.title = LogModel::tr("Message"),
         .kind = CellKind::Mono,
         .text = &LogRecord::message,
         .toolTip = &LogRecord::message},
    };
}

} // namespace

LogModel::LogModel(LogBook &book, QObject *parent)
    : TableModel(logColumns(), parent)
{
    // Connected first: a line that arrives in between comes twice, and its number shows that.
    connect(&book, &LogBook::recorded, this, &LogModel::take, Qt::QueuedConnection);
    m_rows = book.recent();
}

void LogModel::take(const LogRecord &record)
{
    if (!m_rows.isEmpty() && record.sequence <= m_rows.last().sequence)
        return;
    m_arrived << record;
    if (m_timer == 0)
        m_timer = startTimer(kBatchMs);
}

void LogModel::timerEvent(QTimerEvent *event)
{
    if (event->timerId() != m_timer) {
        TableModel::timerEvent(event);
        return;
    }
    killTimer(m_timer);
    m_timer = 0;
    append();
}

void LogModel::append()
{
    if (m_arrived.size() > LogBook::kKept)
        m_arrived.remove(0, m_arrived.size() - LogBook::kKept);
    const auto over = m_rows.size() + m_arrived.size() - LogBook::kKept;
    if (over > 0) {
        beginRemoveRows({}, 0, int(over) - 1);
        m_rows.remove(0, over);
        endRemoveRows();
    }
    const int first = int(m_rows.size());
    beginInsertRows({}, first, first + int(m_arrived.size()) - 1);
    m_rows += m_arrived;
    m_arrived.clear();
    endInsertRows();
}

QString LogModel::lineAt(int row) const
{
    const LogRecord &record = m_rows.at(row);
    return QStringLiteral("%1 %2 %3 %4")
        .arg(QDateTime::fromMSecsSinceEpoch(record.time).toString(Qt::ISODateWithMs),
             levelText(record.level), plaintext::line(record.category),
             plaintext::line(record.message));
}

void LogFilter::setLeast(LogLevel level)
{
    m_least = level;
    invalidateFilter();
}

void LogFilter::setText(const QString &text)
{
    m_text = text;
    invalidateFilter();
}

bool LogFilter::filterAcceptsRow(int row, const QModelIndex &) const
{
    const auto *model = static_cast<const LogModel *>(sourceModel());
    const LogRecord &record = *model->at(row);
    return record.level >= m_least &&
           (m_text.isEmpty() || record.message.contains(m_text, Qt::CaseInsensitive) ||
            record.category.contains(m_text, Qt::CaseInsensitive));
}

} // namespace flaredeck::ui
