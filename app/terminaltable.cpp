#include "app/terminaltable.h"

#include "app/commandline.h"
#include "core/base/plaintext.h"
#include "ui/text/connecttext.h"
#include "ui/text/format.h"

#include <QDateTime>

#include <algorithm>
#include <cstdio>

namespace flaredeck::app {

using namespace Qt::StringLiterals;
namespace format = ui::format;

namespace {

constexpr qsizetype kShortId = 10;
constexpr qsizetype kWidestColumn = 60;
constexpr qsizetype kGap = 2;
constexpr int kTitleWidth = 12;

QString joined(const Json &values)
{
    QStringList words;
    for (const Json &one : values)
        words << plaintext::line(json::toQString(one));
    return words.isEmpty() ? CommandLine::tr("none") : words.join(u", ");
}

QString momentOf(const std::string &key, qint64 time)
{
    if (key == "startedAt")
        return format::clockTime(time, format::now());
    if (key == "expiresAt" && time == 0)
        return CommandLine::tr("when it is taken back");
    return key == "createdAt" || key == "expiresAt" ? format::exact(time)
                                                    : format::ago(time, format::now());
}

/// The error of a call may be an object for the client; what to do is what a person reads.
QString reasonOf(const QString &text)
{
    const auto object = json::parse(text.toUtf8());
    return plaintext::line(object ? json::stringAt(*object, "action").value_or(text) : text);
}

QString cell(const std::string &key, const Json &value)
{
    if (key == "error")
        return reasonOf(json::toQString(value));
    if (value.is_array())
        return joined(value);
    if (value.is_boolean())
        return value.get<bool>() ? CommandLine::tr("yes") : CommandLine::tr("no");
    if (value.is_number_integer()) {
        const auto number = value.get<qint64>();
        if (key.ends_with("At"))
            return momentOf(key, number);
        return key == "durationUs" ? format::duration(number) : QString::number(number);
    }
    const QString text = plaintext::line(json::toQString(value));
    if (key == "file")
        return ui::connecttext::shortPath(text);
    return key == "id" && text.size() > kShortId ? text.left(kShortId) : text;
}

QString cellOf(const Json &row, const char *key)
{
    const Json *value = json::find(row, key);
    return value ? cell(key, *value) : QString();
}

QString logLine(const Json &row)
{
    const auto word = [&row](const char *key) { return cellOf(row, key); };
    return QStringLiteral("%1 %2 %3: %4")
        .arg(QDateTime::fromMSecsSinceEpoch(json::integerAt(row, "loggedAt").value_or(0))
                 .toString(Qt::ISODateWithMs),
             word("level"), word("category"), word("message"));
}

void sayFact(const QString &title, const QString &text)
{
    say(title.leftJustified(kTitleWidth) + text);
}

/// The first line has the title, the others stand below it.
void sayFacts(const QString &title, const QStringList &lines)
{
    for (qsizetype i = 0; i < lines.size(); ++i)
        sayFact(i == 0 ? title : QString(), lines.at(i));
}

} // namespace

bool say(const QString &line)
{
    return std::puts(qUtf8Printable(line)) >= 0 && std::fflush(stdout) == 0;
}

bool sayJson(const Json &value)
{
    return say(plaintext::inJson(QString::fromUtf8(json::print(value))));
}

TerminalTable::TerminalTable(const QString &verb)
    : m_verb(verb)
    , m_columns(columnsOf(verb))
{
    for (const Column &column : m_columns)
        m_widths << column.least;
}

QList<TerminalTable::Column> TerminalTable::columnsOf(const QString &verb)
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
    if (verb == "grants list"_L1)
        return {{"id", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "ID")},
                {"client", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Client")},
                {"scopes", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Scopes")},
                {"accounts", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Accounts")},
                {"lastUsedAt", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Last used")}};
    if (verb == "calls"_L1)
        return {{"startedAt", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Time"), 8},
                {"client", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Client"), 16},
                {"tool", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Tool"), 20},
                {"account", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Account"), 16},
                {"outcome", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Result"), 9},
                {"durationUs", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Took"), 7},
                {"error", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Reason")}};
    if (verb == "tools list"_L1)
        return {{"name", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Tool")},
                {"toolset", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Toolset")},
                {"effect", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Effect")},
                {"scope", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Scope")},
                {"policy", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Policy")}};
    if (verb == "tools policy"_L1)
        return {{"subject", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Subject")},
                {"appliesTo", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Client")},
                {"policy", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Policy")}};
    if (verb == "connect"_L1)
        return {{"client", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Client")},
                {"state", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "State")},
                {"way", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "By")},
                {"lastHeardAt", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Last heard")},
                {"file", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "File")}};
    if (verb == "clients list"_L1)
        return {{"id", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "ID")},
                {"name", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Client")},
                {"grants", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Grants")},
                {"lastSeenAt", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Last seen")},
                {"blocked", QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Blocked")}};
    return {}; // lines of text
}

QStringList TerminalTable::cellsOf(const Json &row) const
{
    QStringList cells;
    for (const Column &column : m_columns)
        cells << plaintext::cut(cellOf(row, column.key), kWidestColumn);
    return cells;
}

QString TerminalTable::lineOf(const QStringList &cells)
{
    QString text;
    for (qsizetype i = 0; i < cells.size(); ++i) {
        m_widths[i] = std::max(m_widths[i], cells[i].size());
        text += cells[i].leftJustified(m_widths[i] + kGap);
    }
    while (text.endsWith(u' '))
        text.chop(1);
    return text;
}

void TerminalTable::print(const Json &rows)
{
    if (m_verb == "status"_L1) { // one row, which reads better downwards
        for (const Column &line : m_columns) {
            if (json::find(rows.at(0), line.key))
                sayFact(CommandLine::tr(line.title), cellOf(rows.at(0), line.key));
        }
        return;
    }
    if (m_verb == "grants show"_L1)
        return printGrant(rows.at(0));
    if (rows.empty()) {
        say(CommandLine::tr("There is none."));
        return;
    }
    for (const Json &row : rows) {
        const QStringList cells = cellsOf(row);
        for (qsizetype i = 0; i < cells.size(); ++i)
            m_widths[i] = std::max(m_widths[i], cells[i].size());
    }
    if (!printHead())
        return;
    for (const Json &row : rows) {
        if (!printNext(row))
            return;
    }
    // What is wrong is longer than a cell.
    for (const Json &row : rows) {
        if (m_verb == "connect"_L1 && json::find(row, "problem") &&
            !say(cellOf(row, "client") + u": "_s + cellOf(row, "problem")))
            return;
    }
}

bool TerminalTable::printHead()
{
    if (m_columns.isEmpty())
        return true;
    QStringList titles;
    for (const Column &column : m_columns)
        titles << CommandLine::tr(column.title);
    return say(lineOf(titles));
}

bool TerminalTable::printNext(const Json &row)
{
    return say(m_columns.isEmpty() ? logLine(row) : lineOf(cellsOf(row)));
}

void printGrant(const Json &grant)
{
    QStringList scopes;
    qsizetype width = 0;
    for (const Json &scope : grant.at("scopes"))
        width = std::max(width, cellOf(scope, "scope").size() + kGap);
    for (const Json &scope : grant.at("scopes"))
        scopes << (cellOf(scope, "scope").leftJustified(width) + cellOf(scope, "opens")).trimmed();
    QStringList sessions;
    for (const Json &session : grant.at("sessions"))
        sessions << CommandLine::tr("%1, %2, %3, last seen %4")
                        .arg(cellOf(session, "session"), cellOf(session, "client"),
                             cellOf(session, "transport"), cellOf(session, "lastSeenAt"));
    if (sessions.isEmpty())
        sessions << CommandLine::tr("none");

    sayFact(CommandLine::tr("ID"),
            plaintext::line(json::stringAt(grant, "id").value_or(QString())));
    sayFact(CommandLine::tr("Client"), cellOf(grant, "client"));
    sayFact(QString(), cellOf(grant, "clientId"));
    sayFact(CommandLine::tr("Sign-in"),
            json::boolAt(grant, "usable").value_or(true)
                ? cellOf(grant, "signIn")
                : CommandLine::tr("%1, which has ended").arg(cellOf(grant, "signIn")));
    QStringList accounts;
    for (const QString &account : json::stringsAt(grant, "accounts"))
        accounts << plaintext::line(account);
    sayFacts(CommandLine::tr("Accounts"), accounts);
    sayFacts(CommandLine::tr("Scopes"), scopes);
    sayFact(CommandLine::tr("Created"),
            json::boolAt(grant, "unasked").value_or(false)
                ? CommandLine::tr("%1, by a remembered approval").arg(cellOf(grant, "createdAt"))
                : cellOf(grant, "createdAt"));
    sayFact(CommandLine::tr("Last used"), cellOf(grant, "lastUsedAt"));
    sayFact(CommandLine::tr("Expires"), cellOf(grant, "expiresAt"));
    sayFacts(CommandLine::tr("Sessions"), sessions);
}

} // namespace flaredeck::app
