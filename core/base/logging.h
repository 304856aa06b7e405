#pragma once

#include "core/base/clock.h"

#include <QList>
#include <QLoggingCategory>
#include <QMutex>
#include <QObject>
#include <QString>

// Info = what a user may want to look up tomorrow, debug = wire traffic, warning = the app went on,
// critical = it could not.
Q_DECLARE_LOGGING_CATEGORY(lcApp)
Q_DECLARE_LOGGING_CATEGORY(lcHttp)
Q_DECLARE_LOGGING_CATEGORY(lcMcp)
Q_DECLARE_LOGGING_CATEGORY(lcOAuth)
Q_DECLARE_LOGGING_CATEGORY(lcProvider)
Q_DECLARE_LOGGING_CATEGORY(lcStore)
Q_DECLARE_LOGGING_CATEGORY(lcTools)
Q_DECLARE_LOGGING_CATEGORY(lcSandbox)

namespace flaredeck {

enum class LogLevel { Debug, Info, Warning, Critical };
/// "warning", as it stands in the log.
[[nodiscard]] const char *nameOf(LogLevel level);

struct LogRecord {
    qint64 sequence = 0; ///< strictly increasing within one run
    Millis time = 0;
    LogLevel level = LogLevel::Info;
    QString category; ///< "flaredeck.http"
    QString message;  ///< already redacted

    bool operator==(const LogRecord &) const = default;
};

/// Replaces everything that looks like a credential: our own tokens, the provider's, bearer
/// headers, and the values of secret form and JSON members. Applied to every log line and stored
/// call.
[[nodiscard]] QString redact(const QString &text);
[[nodiscard]] QByteArray redact(const QByteArray &utf8);

/// While it exists it receives every log message of the process, redacts it, keeps the newest ones,
/// prints to stderr and emits a signal. One per process. Thread-safe.
class LogBook : public QObject
{
    Q_OBJECT

public:
    static constexpr int kKept = 5000;

    enum class Echo { Stderr, Nothing };
    explicit LogBook(Echo echo, QObject *parent = nullptr);
    ~LogBook() override;

    /// The one of this process; null when there is none.
    [[nodiscard]] static LogBook *current();

    /// The newest records, oldest first.
    [[nodiscard]] QList<LogRecord> recent() const;
    /// Those that came after the one with that number: the first of them, oldest first.
    [[nodiscard]] QList<LogRecord> after(qint64 sequence, qsizetype most) const;

    /// Called by Qt's message handler.
    void record(LogLevel level, const QString &category, const QString &message);

signals:
    /// Emitted on the thread that logged; connect queued.
    void recorded(const flaredeck::LogRecord &record);

private:
    const Echo m_echo;
    mutable QMutex m_mutex;
    QList<LogRecord> m_ring;
    qint64 m_next = 1;
};

} // namespace flaredeck

Q_DECLARE_METATYPE(flaredeck::LogRecord)
