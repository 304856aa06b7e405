#include "ui/models/logmodel.h"

#include "core/base/plaintext.h"
#include "ui/text/format.h"
#include "ui/text/surface.h"
#include "ui/widgets/cell.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QTimerEvent>

namespace flaredeck::ui {

namespace {

constexpr int kBatchMs = 100;

Tone tone(LogLevel level)
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

LogModel::LogModel(LogBook &book, QObject *parent)
    : QAbstractTableModel(parent)
{
    // Connected first: a line that arrives in between is seen twice and told apart by its number.
    connect(&book, &LogBook::recorded, this, &LogModel::take, Qt::QueuedConnection);
    m_records = book.recent();
}

void LogModel::take(const LogRecord &record)
{
    if (!m_records.isEmpty() && record.sequence <= m_records.last().sequence)
        return;
    m_arrived << record;
    if (m_timer == 0)
        m_timer = startTimer(kBatchMs);
}

void LogModel::timerEvent(QTimerEvent *event)
{
    if (event->timerId() != m_timer) {
        QAbstractTableModel::timerEvent(event);
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
    const auto over = m_records.size() + m_arrived.size() - LogBook::kKept;
    if (over > 0) {
        beginRemoveRows({}, 0, int(over) - 1);
        m_records.remove(0, over);
        endRemoveRows();
    }
    const int first = int(m_records.size());
    beginInsertRows({}, first, first + int(m_arrived.size()) - 1);
    m_records += m_arrived;
    m_arrived.clear();
    endInsertRows();
}

QString LogModel::lineAt(int row) const
{
    const LogRecord &record = m_records.at(row);
    return QStringLiteral("%1 %2 %3 %4")
        .arg(QDateTime::fromMSecsSinceEpoch(record.time).toString(Qt::ISODateWithMs),
             levelText(record.level), plaintext::line(record.category),
             plaintext::line(record.message));
}

int LogModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_records.size());
}

int LogModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant LogModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const LogRecord &record = m_records.at(index.row());
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        switch (index.column()) {
        case Time:
            return QDateTime::fromMSecsSinceEpoch(record.time)
                .toString(QStringLiteral("HH:mm:ss.zzz"));
        case Level:
            return levelText(record.level);
        case Category:
            return plaintext::line(record.category);
        default:
            return plaintext::line(record.message);
        }
    case Qt::ToolTipRole:
        return index.column() == Message ? surface::toolTip(record.message)
               : index.column() == Time  ? format::exact(record.time)
                                         : QString();
    case KindRole:
        return int(index.column() == Level      ? CellKind::Pill
                   : index.column() == Category ? CellKind::Secondary
                                                : CellKind::Mono);
    case ToneRole:
        return index.column() == Level ? int(tone(record.level)) : int(Tone::Neutral);
    case IconRole:
        return index.column() == Level ? levelIcon(record.level) : QString();
    case IdRole:
        return QString::number(record.sequence);
    default:
        return {};
    }
}

QVariant LogModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Time:
        return tr("Time");
    case Level:
        return tr("Level");
    case Category:
        return tr("Category");
    case Message:
        return tr("Message");
    default:
        return {};
    }
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
    const LogRecord &record = model->at(row);
    return record.level >= m_least &&
           (m_text.isEmpty() || record.message.contains(m_text, Qt::CaseInsensitive) ||
            record.category.contains(m_text, Qt::CaseInsensitive));
}

} // namespace flaredeck::ui
