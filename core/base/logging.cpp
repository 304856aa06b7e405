#include "core/base/logging.h"

#include "core/base/plaintext.h"

#include <QDateTime>

#include <algorithm>
#include <atomic>
#include <cstdio>

Q_LOGGING_CATEGORY(lcApp, "flaredeck.app", QtInfoMsg)
Q_LOGGING_CATEGORY(lcHttp, "flaredeck.http", QtInfoMsg)
Q_LOGGING_CATEGORY(lcMcp, "flaredeck.mcp", QtInfoMsg)
Q_LOGGING_CATEGORY(lcOAuth, "flaredeck.oauth", QtInfoMsg)
Q_LOGGING_CATEGORY(lcProvider, "flaredeck.provider", QtInfoMsg)
Q_LOGGING_CATEGORY(lcStore, "flaredeck.store", QtInfoMsg)
Q_LOGGING_CATEGORY(lcTools, "flaredeck.tools", QtInfoMsg)
Q_LOGGING_CATEGORY(lcSandbox, "flaredeck.sandbox", QtInfoMsg)

namespace flaredeck {

namespace {

std::atomic<LogBook *> s_book = nullptr;
QtMessageHandler s_previous = nullptr;

LogLevel levelOf(QtMsgType type)
{
    switch (type) {
    case QtDebugMsg:
        return LogLevel::Debug;
    case QtInfoMsg:
        return LogLevel::Info;
    case QtWarningMsg:
        return LogLevel::Warning;
    case QtCriticalMsg:
    case QtFatalMsg:
        break;
    }
    return LogLevel::Critical;
}

void handleMessage(QtMsgType type, const QMessageLogContext &context, const QString &message)
{
    LogBook *book = s_book.load();
    if (book && type != QtFatalMsg)
        book->record(levelOf(type), QString::fromLatin1(context.category), message);
    else if (s_previous)
        s_previous(type, context, plaintext::line(redact(message)));
}

} // namespace

const char *nameOf(LogLevel level)
{
    switch (level) {
    case LogLevel::Debug:
        return "debug";
    case LogLevel::Info:
        return "info";
    case LogLevel::Warning:
        return "warning";
    case LogLevel::Critical:
        break;
    }
    return "critical";
}

LogBook::LogBook(Echo echo, QObject *parent)
    : QObject(parent)
    , m_echo(echo)
{
    qRegisterMetaType<LogRecord>();
    LogBook *none = nullptr;
    const bool first = s_book.compare_exchange_strong(none, this);
    Q_ASSERT_X(first, "LogBook", "one per process");
    if (first)
        s_previous = qInstallMessageHandler(handleMessage);
}

LogBook::~LogBook()
{
    LogBook *self = this;
    if (s_book.compare_exchange_strong(self, nullptr))
        qInstallMessageHandler(s_previous);
}

LogBook *LogBook::current()
{
    return s_book.load();
}

QList<LogRecord> LogBook::recent() const
{
    const QMutexLocker lock(&m_mutex);
    return m_ring;
}

QList<LogRecord> LogBook::after(qint64 sequence, qsizetype most) const
{
    const QMutexLocker lock(&m_mutex);
    const auto first = std::upper_bound(
        m_ring.begin(), m_ring.end(), sequence,
        [](qint64 number, const LogRecord &record) { return number < record.sequence; });
    return m_ring.mid(first - m_ring.begin(), most);
}

void LogBook::record(LogLevel level, const QString &category, const QString &message)
{
    // On one line and without terminal control characters, so that text from others cannot pass for
    // a log line.
    LogRecord entry{0, Clock::system().now(), level, plaintext::line(category),
                    plaintext::line(redact(message))};
    {
        const QMutexLocker lock(&m_mutex);
        entry.sequence = m_next++;
        m_ring.append(entry);
        if (m_ring.size() > kKept)
            m_ring.removeFirst();
    }
    if (m_echo == Echo::Stderr) {
        const QByteArray line =
            QDateTime::fromMSecsSinceEpoch(entry.time).toString(Qt::ISODateWithMs).toLatin1() +
            ' ' + nameOf(level) + ' ' + category.toLatin1() + ": " + entry.message.toUtf8() + '\n';
        std::fwrite(line.constData(), 1, static_cast<size_t>(line.size()), stderr);
    }
    emit recorded(entry);
}

} // namespace flaredeck
