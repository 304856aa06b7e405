#include "core/connect/clientcatalog.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>

#include <algorithm>

namespace flaredeck::connect {

using namespace Qt::StringLiterals;

namespace {

#ifdef Q_OS_MACOS
constexpr const char *kSystem = "mac";
#else
constexpr const char *kSystem = "linux";
#endif

QString text(const Entry &object, const char *key)
{
    const auto found = object.find(key);
    return found == object.end() ? QString() : QString::fromStdString(found->get<std::string>());
}

QStringList texts(const Entry &object, const char *key)
{
    QStringList list;
    if (const auto found = object.find(key); found != object.end()) {
        for (const Entry &one : *found)
            list << QString::fromStdString(one.get<std::string>());
    }
    return list;
}

/// Empty when the path begins with a variable that is not set.
QString expanded(const QString &path, const Places &places)
{
    if (path.startsWith("${"_L1)) {
        const qsizetype end = path.indexOf(u'}');
        const QString value = qEnvironmentVariable(path.sliced(2, end - 2).toLatin1().constData());
        return value.isEmpty() ? QString() : value + path.sliced(end + 1);
    }
    if (path.startsWith("{config}"_L1))
        return places.config + path.sliced(8);
    if (path.startsWith("{xdg}"_L1))
        return places.xdg + path.sliced(5);
    return path.startsWith(u'~') ? places.home + path.sliced(1) : path;
}

/// The first that exists, or else the first. A variable that is set decides alone.
QString fileOf(const Entry &client, const Places &places)
{
    const Entry &files = client.at("files");
    QString first;
    for (const QString &path : texts(files, files.contains("all") ? "all" : kSystem)) {
        const QString file = expanded(path, places);
        if (!file.isEmpty() && (path.startsWith(u'$') || QFileInfo::exists(file)))
            return file;
        if (first.isEmpty())
            first = file;
    }
    return first;
}

Format formatOf(const QString &name)
{
    if (name == "toml"_L1)
        return Format::Toml;
    return name == "yaml"_L1 ? Format::Yaml : Format::Json;
}

std::optional<Entry> shapeOf(const Entry &client, const char *way)
{
    const Entry &entries = client.at("entries");
    const auto found = entries.find(way);
    return found == entries.end() ? std::nullopt : std::optional<Entry>(*found);
}

QMap<Way, QString> templatesOf(const Entry &client, const char *key)
{
    QMap<Way, QString> templates;
    if (const auto found = client.find(key); found != client.end()) {
        for (const auto &[name, way] : {std::pair("http", Way::Http), {"bridge", Way::Bridge}}) {
            if (const QString one = text(*found, name); !one.isEmpty())
                templates.insert(way, one);
        }
    }
    return templates;
}

/// The table as it is in the file.
Entry table()
{
    QFile file(u":/flaredeck/connect/clients.json"_s);
    return file.open(QIODevice::ReadOnly) ? Entry::parse(file.readAll().toStdString()).at("clients")
                                          : Entry::array();
}

KnownClient read(const Entry &client, const Places &places)
{
    KnownClient known;
    known.id = text(client, "id");
    known.name = text(client, "name");
    known.place = {formatOf(text(client, "format")), texts(client, "path"),
                   client.value("list", false)};
    known.file = fileOf(client, places);
    known.programs = texts(client, "programs");
    for (const QString &folder : texts(client, "folders"))
        known.folders << expanded(folder, places);
    known.seenAs = texts(client, "seenAs");
    known.http = shapeOf(client, "http");
    known.bridge = shapeOf(client, "bridge");
    known.use = text(client, "use") == "http"_L1 ? Way::Http : Way::Bridge;
    known.lock = client.value("lock", false);
    known.splits = client.value("splits", false);
    known.next = text(client, "next");
    known.signIn = text(client, "signIn");
    known.commands = templatesOf(client, "commands");
    known.links = templatesOf(client, "links");
    return known;
}

} // namespace

Places Places::ofUser()
{
    Places places;
    places.home = QDir::homePath();
    places.xdg = qEnvironmentVariable("XDG_CONFIG_HOME");
    if (!QDir::isAbsolutePath(places.xdg))
        places.xdg = places.home + u"/.config"_s;
    places.config = places.xdg;
#ifdef Q_OS_MACOS
    places.config = places.home + u"/Library/Application Support"_s;
#endif
    places.path = qEnvironmentVariable("PATH").split(QDir::listSeparator(), Qt::SkipEmptyParts);
    // A program that the desktop started does not have what a shell adds.
    for (const char *folder : {"/.local/bin", "/bin", "/.npm-global/bin", "/.bun/bin",
                               "/.cargo/bin", "/.volta/bin", "/.opencode/bin", "/.claude/local"})
        places.path << places.home + QLatin1String(folder);
    places.path << u"/usr/local/bin"_s << u"/opt/homebrew/bin"_s << u"/snap/bin"_s;
    const QDir versions(places.home + u"/.nvm/versions/node"_s);
    for (const QString &version : versions.entryList(QDir::Dirs | QDir::NoDotAndDotDot))
        places.path << versions.filePath(version + u"/bin"_s);
    return places;
}

QStringList KnownClient::nextSteps(Way way, const QString &entry) const
{
    QStringList steps{next};
    if (way == Way::Http && !signIn.isEmpty())
        steps << signIn;
    return steps.replaceInStrings(u"{name}"_s, entry);
}

QList<KnownClient> knownClients(const Places &places)
{
    QList<KnownClient> clients;
    for (const Entry &client : table())
        clients << read(client, places);
    return clients;
}

std::optional<ToolLimit> toolLimit(const QStringList &names)
{
    using Limits = QList<std::pair<QStringList, ToolLimit>>;
    static const Limits limits = [] {
        Limits all;
        for (const Entry &client : table()) {
            if (const auto tools = client.find("tools"); tools != client.end())
                all.append({texts(client, "seenAs"),
                            {tools->value("advised", 0), tools->value("most", 0)}});
        }
        return all;
    }();
    for (const auto &[seenAs, limit] : limits) {
        for (const QString &name : names) {
            if (seenAs.contains(name, Qt::CaseInsensitive))
                return limit;
        }
    }
    return std::nullopt;
}

bool isInstalled(const KnownClient &client, const Places &places)
{
    if (std::any_of(client.folders.begin(), client.folders.end(),
                    [](const QString &folder) { return QFileInfo(folder).isDir(); }))
        return true;
    return std::any_of(client.programs.begin(), client.programs.end(),
                       [&places](const QString &program) {
                           return !QStandardPaths::findExecutable(program, places.path).isEmpty();
                       });
}

} // namespace flaredeck::connect
