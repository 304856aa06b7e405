#include "app/terminalcommand.h"

#include "app/start.h"
#include "core/base/json.h"
#include "core/base/localsocket.h"
#include "core/base/plaintext.h"
#include "core/service/localcommands.h"
#include "ui/text/format.h"

#include <QDateTime>
#include <QLocalSocket>

#include <algorithm>
#include <cstdio>

namespace flaredeck::app {

using namespace Qt::StringLiterals;

namespace {

constexpr int kPatienceMs = 10'000;
constexpr qsizetype kShortId = 10;
constexpr qsizetype kWidestColumn = 60;

struct Column {
    const char *key;
    const char *title;
};

/// What a person sees of a row, in this order; a row has more for programs.
QList<Column> columnsOf(const QString &verb)
{
    if (verb == "status"_L1)
        return {{"server", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Server")},
                {"problem", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Problem")},
                {"mcp", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Address")},
                {"signIns", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Signed in")},
                {"clients", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Clients")},
                {"grants", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Grants")},
                {"withdrawalProblem", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Problem")},
                {"keychain", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Keychain")},
                {"sandbox", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Sandbox")},
                {"version", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Version")},
                {"pid", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Process")}};
    if (verb == "accounts"_L1)
        return {{"name", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Account")},
                {"id", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "ID")},
                {"signIn", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Sign-in")}};
    if (verb == "grants"_L1)
        return {{"id", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "ID")},
                {"client", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Client")},
                {"scopes", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Scopes")},
                {"accounts", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Accounts")},
                {"lastUsedAt", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Last used")}};
    return {{"id", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "ID")},
            {"name", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Client")},
            {"grants", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Grants")},
            {"lastSeenAt", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Last seen")},
            {"blocked", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Blocked")}};
}

QString cell(const std::string &key, const Json &value, qint64 now)
{
    if (value.is_array()) {
        QStringList words;
        for (const Json &one : value)
            words << json::toQString(one);
        return words.join(u", ");
    }
    if (value.is_boolean())
        return value.get<bool>() ? CommandLine::tr("yes") : CommandLine::tr("no");
    if (key.ends_with("At") && value.is_number_integer()) {
        const auto time = value.get<qint64>();
        return time == 0 ? CommandLine::tr("never") : ui::format::ago(time, now);
    }
    if (value.is_number_integer())
        return QString::number(value.get<qint64>());
    const QString text = plaintext::line(json::toQString(value));
    return key == "id" && text.size() > kShortId ? text.left(kShortId) : text;
}

void print(const QString &line)
{
    std::puts(qUtf8Printable(line));
}

void printTable(const QString &verb, const Json &rows)
{
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    if (verb == "status"_L1) { // one row, which reads better downwards
        for (const Column &line : columnsOf(verb)) {
            if (const Json *value = json::find(rows.at(0), line.key))
                print(CommandLine::tr(line.title).leftJustified(12) + cell(line.key, *value, now));
        }
        return;
    }
    if (rows.empty())
        return print(CommandLine::tr("There is none."));
    const QList<Column> columns = columnsOf(verb);
    QList<QStringList> lines(1);
    for (const Column &column : columns)
        lines.first() << CommandLine::tr(column.title);
    for (const Json &row : rows) {
        QStringList line;
        for (const Column &column : columns)
            line << plaintext::cut(cell(column.key, row.at(column.key), now), kWidestColumn);
        lines << line;
    }
    QList<qsizetype> widths(columns.size(), 0);
    for (const QStringList &line : std::as_const(lines)) {
        for (qsizetype i = 0; i < line.size(); ++i)
            widths[i] = std::max(widths[i], line[i].size());
    }
    for (const QStringList &line : std::as_const(lines)) {
        QString text;
        for (qsizetype i = 0; i < line.size(); ++i)
            text += i + 1 == line.size() ? line[i] : line[i].leftJustified(widths[i] + 2);
        print(text);
    }
}

constexpr int kNoAnswer = -1;

struct Answer {
    int status = 0; ///< 0 = the app does not run
    QByteArray body;
};

Answer send(const QStringList &words, const QString &dataDirectory)
{
    Json array = Json::array();
    for (const QString &word : words)
        array.push_back(word.toStdString());
    const QByteArray body = json::print(array);
    const QByteArray request =
        "POST " + QByteArray(service::LocalCommands::kPath) +
        " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n"
        "Content-Length: " +
        QByteArray::number(body.size()) + "\r\n\r\n" + body;
    for (const QString &place : localsocket::candidates(dataDirectory)) {
        QLocalSocket socket;
        socket.connectToServer(place);
        if (!socket.waitForConnected(kPatienceMs) ||
            !localsocket::isOurUser(socket.socketDescriptor()))
            continue;
        socket.write(request);
        QByteArray received;
        while (socket.waitForReadyRead(kPatienceMs))
            received += socket.readAll();
        received += socket.readAll();
        const qsizetype head = received.indexOf("\r\n\r\n");
        // It may have been carried out even when no answer came.
        return head > 0 ? Answer{received.mid(9, 3).toInt(), received.mid(head + 4)}
                        : Answer{kNoAnswer, {}};
    }
    return {};
}

} // namespace

int giveCommand(int argc, char **argv, const CommandLine &line)
{
    const QCoreApplication application(argc, argv);
    const Answer answer = send(line.words, DataDir::at(line.dataDir, line.sandbox).root);
    if (answer.status == 0)
        return giveUp(CommandLine::tr("Flaredeck is not running with this data directory. Start "
                                      "flaredeck or flaredeck-core first."),
                      kNotRunning);
    if (answer.status == kNoAnswer)
        return giveUp(
            CommandLine::tr("Flaredeck did not answer within ten seconds. Look whether it "
                            "carried the command out before you repeat it."),
            kCommandFailed);
    const auto body = json::parse(answer.body);
    if (answer.status != 200 || !body) {
        const QString reason =
            body ? json::stringAt(*body, "error_description").value_or(QString()) : QString();
        return giveUp(reason.isEmpty()
                          ? CommandLine::tr("Flaredeck answered with HTTP %1.").arg(answer.status)
                          : reason,
                      answer.status == 400   ? kCommandWrong
                      : answer.status == 403 ? kCommandDenied
                                             : kCommandFailed);
    }
    const Json *rows = json::find(*body, "rows");
    if (line.json)
        print(QString::fromUtf8(json::print(rows ? *rows : *body)));
    else if (rows)
        printTable(line.words.first(), *rows);
    else
        print(json::stringAt(*body, "done").value_or(QString()));
    return 0;
}

} // namespace flaredeck::app
