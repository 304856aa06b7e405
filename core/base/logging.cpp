#include "core/base/logging.h"

#include "core/base/plaintext.h"

#include <QDateTime>
#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <string_view>

Q_LOGGING_CATEGORY(lcApp, "flaredeck.app", QtInfoMsg)
Q_LOGGING_CATEGORY(lcHttp, "flaredeck.http", QtInfoMsg)
Q_LOGGING_CATEGORY(lcMcp, "flaredeck.mcp", QtInfoMsg)
Q_LOGGING_CATEGORY(lcOAuth, "flaredeck.oauth", QtInfoMsg)
Q_LOGGING_CATEGORY(lcCloudflare, "flaredeck.cloudflare", QtInfoMsg)
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

void handleMessage(QtMsgType type, const QMessageLogContext &context, const QString &message)
{
    LogBook *book = s_book.load();
    if (book && type != QtFatalMsg)
        book->record(levelOf(type), QString::fromLatin1(context.category), message);
    else if (s_previous)
        s_previous(type, context, plaintext::line(redact(message)));
}

/// Most texts hold nothing of redacted(); a plain search is much cheaper than its expressions.
template <typename Character> // of UTF-8 or UTF-16
bool mayHoldSecret(std::basic_string_view<Character> text)
{
    // One is in every match, in upper or lower case.
    static constexpr std::array<std::string_view, 7> kSigns{
        "cf", "earer", "asic", "token", "secret", "verifier", "password"};
    const auto isSame = [](char sign, Character c) { return (c | 0x20) == sign; };
    for (std::size_t at = 0; at < text.size(); ++at) {
        for (const std::string_view sign : kSigns) {
            const auto here = text.substr(at, sign.size());
            if (isSame(sign.front(), here.front()) &&
                std::equal(sign.begin(), sign.end(), here.begin(), here.end(), isSame))
                return true;
        }
    }
    return false;
}

QString redacted(const QString &text)
{
    // Tokens with a known prefix, then "Bearer x" and "Basic x", then members whose name says so;
    // these may be in JSON that is a string of other JSON, with its quotes escaped.
    static const QRegularExpression prefixed(
        QStringLiteral("(cfl_(?:ac|at|rt|reg)_|cfat_|cfut_|cfoat_|cfoac_|cfort_)[A-Za-z0-9_.-]+"));
    static const QRegularExpression header(
        QStringLiteral("\\b(Bearer|Basic)\\s+[A-Za-z0-9._~+/=-]{8,}"),
        QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression member(
        QStringLiteral("(\"?\\b(?:access_token|refresh_token|client_secret|code_verifier|api_token|"
                       "password|registration_access_token)(?:\\\\?\")?\\s*[=:]\\s*(?:\\\\?\")?)[^"
                       "\"\\\\&\\s,}]+"),
        QRegularExpression::CaseInsensitiveOption);

    QString clean = text;
    clean.replace(prefixed, QStringLiteral("\\1[redacted]"));
    clean.replace(header, QStringLiteral("\\1 [redacted]"));
    clean.replace(member, QStringLiteral("\\1[redacted]"));
    return clean;
}

} // namespace

QString redact(const QString &text)
{
    const QStringView view(text);
    const std::u16string_view units(view.utf16(), static_cast<std::size_t>(view.size()));
    return mayHoldSecret(units) ? redacted(text) : text;
}

QByteArray redact(const QByteArray &utf8)
{
    const std::string_view units(utf8.constData(), static_cast<std::size_t>(utf8.size()));
    return mayHoldSecret(units) ? redacted(QString::fromUtf8(utf8)).toUtf8() : utf8;
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

QList<LogRecord> LogBook::recent() const
{
    const QMutexLocker lock(&m_mutex);
    return m_ring;
}

void LogBook::record(LogLevel level, const QString &category, const QString &message)
{
    // On one line and without what steers a terminal, so that nobody's words look like a line of
    // ours.
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
