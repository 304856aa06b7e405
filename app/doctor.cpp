#include "app/doctor.h"

#include "app/doctorplaces.h"
#include "app/doctorport.h"
#include "app/terminaltable.h"
#include "core/base/ownfile.h"
#include "core/base/paths.h"
#include "core/base/plaintext.h"
#include "core/base/settings.h"
#include "core/base/surroundings.h"
#include "ui/text/format.h"
#include "ui/text/loginprogram.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>
#include <QSysInfo>

#include <algorithm>

namespace flaredeck::app::doctor {

using namespace Qt::StringLiterals;

Json check(const char *name, bool isWell, const QString &found, const QString &remedy)
{
    return {{"check", name},
            {"state", isWell ? "ok" : "problem"},
            {"found", found},
            {"remedy", remedy}};
}

QString space(qint64 bytes)
{
    constexpr qint64 kGiga = 1'000'000'000;
    return bytes < kGiga ? ui::format::bytes(bytes)
                         : CommandLine::tr("%1 GB").arg(ui::format::number(bytes / kGiga));
}

namespace {

constexpr qint64 kSettingsMostBytes = 1024LL * 1024;

QString variable(const char *name)
{
    return plaintext::line(qEnvironmentVariable(name));
}

Json session()
{
    QStringList parts;
    for (const QString &word : {variable("XDG_CURRENT_DESKTOP"), variable("XDG_SESSION_TYPE")}) {
        if (!word.isEmpty())
            parts << word;
    }
    if (parts.isEmpty())
        parts << (qEnvironmentVariableIsSet("DISPLAY") ||
                          qEnvironmentVariableIsSet("WAYLAND_DISPLAY")
                      ? CommandLine::tr("a display")
                      : CommandLine::tr("no display"));
    if (!hasSessionBus())
        parts << CommandLine::tr("no session bus, which keychains need");
    return check(QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Session"), true,
                 parts.join(u", "_s));
}

Json history(const DataDir &directory)
{
    qint64 bytes = 0;
    for (const QString &end : {u""_s, u"-wal"_s})
        bytes += QFileInfo(directory.historyFile() + end).size();
    const auto damaged = QDir(directory.root).entryList({u"history.db.damaged-*"_s}).size();
    QString text = ui::format::bytes(bytes);
    if (damaged > 0)
        text += u", "_s + CommandLine::tr("%1 damaged ones were put aside").arg(damaged);
    return check(QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "History"), true, text);
}

Json bridge()
{
    const char *const title = QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Bridge");
    const QFileInfo file(QCoreApplication::applicationDirPath() + u"/flaredeck-bridge"_s);
    if (file.isFile() && file.isExecutable())
        return check(title, true, file.filePath());
    return check(
        title, false,
        (file.exists() ? CommandLine::tr("%1 cannot be run") : CommandLine::tr("%1 is not there"))
            .arg(file.filePath()),
        CommandLine::tr("Install Flaredeck again."));
}

Json signInWindow()
{
    const char *const title = QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Sign-in window");
    const QString program = ui::loginProgram();
    return program.isEmpty() ? check(title, true, CommandLine::tr("is not installed"),
                                     CommandLine::tr("Nothing: the browser is used."))
                             : check(title, true, program);
}

/// Their values may have passwords in them.
Json proxies()
{
    QStringList names;
    bool isLocalExcepted = false;
    for (const char *name : {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy",
                             "ALL_PROXY", "no_proxy", "NO_PROXY"}) {
        if (!qEnvironmentVariableIsSet(name))
            continue;
        const QString text = QString::fromLatin1(name);
        names << text;
        if (text.startsWith(u"no_"_s, Qt::CaseInsensitive))
            isLocalExcepted =
                isLocalExcepted || qEnvironmentVariable(name).contains(u"localhost"_s);
    }
    const char *const title = QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Proxy variables");
    if (names.isEmpty())
        return check(title, true, CommandLine::tr("none"));
    return check(title, true, names.join(u", "_s),
                 isLocalExcepted ? QString()
                                 : CommandLine::tr("Clients may need localhost in NO_PROXY to "
                                                   "reach Flaredeck."));
}

quint16 configuredPort(const CommandLine &line, const DataDir &directory)
{
    if (line.port > 0)
        return static_cast<quint16>(line.port);
    // Only what is a settings file is opened: QSettings would wait at a pipe.
    if (!readSmallFile(directory.settingsFile(), kSettingsMostBytes, FileOf::Us))
        return static_cast<quint16>(setting::serverPort.fallback);
    return static_cast<quint16>(Settings(directory.settingsFile()).get(setting::serverPort));
}

/// Every text of it.
Json cleaned(Json value)
{
    if (value.is_string())
        return withoutHome(json::toQString(value));
    if (value.is_structured()) {
        for (Json &inner : value)
            inner = cleaned(std::move(inner));
    }
    return value;
}

} // namespace

Json boundaries(const Surroundings &around)
{
    const char *const name = QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Boundaries");
    if (!around.container.isEmpty())
        return check(name, true, CommandLine::tr("in a container (%1)").arg(around.container),
                     CommandLine::tr("Only programs in this container reach Flaredeck: it listens "
                                     "on loopback alone, so a published port leads nowhere. For "
                                     "others, run it outside."));
    if (!around.isWsl)
        return check(name, true, CommandLine::tr("neither a container nor WSL"));
    const QString distribution = plaintext::line(around.distribution);
    const QString bridge = QCoreApplication::applicationDirPath() + u"/flaredeck-bridge"_s;
    return check(name, true,
                 distribution.isEmpty() ? CommandLine::tr("in WSL")
                                        : CommandLine::tr("in WSL (%1)").arg(distribution),
                 CommandLine::tr("Programs of Windows do not come to this address as yours, so "
                                 "they are not served. They can start the bridge: %1")
                     .arg(distribution.isEmpty()
                              ? u"wsl.exe -- %1"_s.arg(bridge)
                              : u"wsl.exe -d %1 -- %2"_s.arg(distribution, bridge)));
}

QString withoutHome(const QString &text)
{
    // Not where the name of another directory begins alike.
    static const QString kEnd = u"(?![\\w-])"_s;
    QString safe = text;
    for (const QString &home : {QDir::homePath(), QDir(QDir::homePath()).canonicalPath()}) {
        if (home.size() > 1)
            safe.replace(QRegularExpression(QRegularExpression::escape(home) + kEnd), u"~"_s);
    }
    return safe;
}

Json examine(const CommandLine &line, const std::optional<Json> &running)
{
    const DataDir directory = DataDir::at(line.dataDir, line.sandbox);
    Json checks = Json::array();
    checks.push_back(check(
        QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Version"), true,
        u"%1, Qt %2"_s.arg(QStringLiteral(FLAREDECK_VERSION), QString::fromLatin1(qVersion()))));
    checks.push_back(check(QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "System"), true,
                           u"%1, %2 %3, %4"_s.arg(QSysInfo::prettyProductName(),
                                                  QSysInfo::kernelType(), QSysInfo::kernelVersion(),
                                                  QSysInfo::currentCpuArchitecture())));
    checks.push_back(session());
    checks.push_back(dataDirectory(directory.root));
    checks.push_back(localSocket(directory.root));
    if (running) {
        for (const Json &one : running->at("rows"))
            checks.push_back(one);
    } else {
        checks.push_back(check("Flaredeck", false,
                               CommandLine::tr("does not run with this data directory"),
                               CommandLine::tr("Start flaredeck or flaredeck-core.")));
    }
    const qint64 pid = running ? json::integerAt(*running, "pid").value_or(0) : 0;
    const qint64 port = running ? json::integerAt(*running, "port").value_or(0) : 0;
    const QList<PortView> views =
        lookAtPort(port > 0 ? static_cast<quint16>(port) : configuredPort(line, directory), pid);
    for (const PortView &view : views)
        checks.push_back(check(QT_TRANSLATE_NOOP("flaredeck::app::CommandLine", "Port"),
                               view.isWell, view.found, view.remedy));
    const PortView localhost = lookAtLocalhost(localhostAddresses(), views);
    checks.push_back(check("localhost", localhost.isWell, localhost.found, localhost.remedy));
    checks.push_back(boundaries(Surroundings::ofSystem()));
    checks.push_back(history(directory));
    checks.push_back(bridge());
    checks.push_back(signInWindow());
    checks.push_back(proxies());

    Json report{{"checks", std::move(checks)}, {"log", Json::array()}};
    if (const Json *log = running ? json::find(*running, "log") : nullptr)
        report["log"] = *log;
    return cleaned(std::move(report));
}

Json silent()
{
    return {{"rows", Json::array({check("Flaredeck", false,
                                        CommandLine::tr("runs, and does not answer this program"),
                                        CommandLine::tr("Start it again."))})}};
}

bool hasProblem(const Json &report)
{
    const Json &checks = report.at("checks");
    return std::any_of(checks.begin(), checks.end(), [](const Json &one) {
        return json::stringAt(one, "state") == u"problem"_s;
    });
}

void print(const Json &report)
{
    constexpr qsizetype kGap = 2;
    const auto text = [](const Json &row, const char *key) {
        return plaintext::line(json::stringAt(row, key).value_or(QString()));
    };
    const auto nameOf = [&text](const Json &row) {
        return CommandLine::tr(text(row, "check").toUtf8().constData());
    };
    const Json &checks = report.at("checks");
    const QString problem = CommandLine::tr("problem");
    qsizetype title = 0;
    for (const Json &row : checks)
        title = std::max(title, nameOf(row).size() + kGap);
    for (const Json &row : checks) {
        const bool isWell = text(row, "state") == "ok"_L1;
        const QString left =
            (isWell ? CommandLine::tr("ok") : problem).leftJustified(problem.size() + kGap) +
            nameOf(row).leftJustified(title);
        if (!say(left + text(row, "found")))
            return;
        if (const QString remedy = text(row, "remedy"); !remedy.isEmpty())
            say(QString(left.size(), u' ') + u"→ "_s + remedy);
    }
    if (report.at("log").empty())
        return;
    say(u'\n' + CommandLine::tr("The last warnings of the log:"));
    TerminalTable lines(u"logs"_s);
    for (const Json &row : report.at("log"))
        (void)lines.printNext(row);
}

} // namespace flaredeck::app::doctor
