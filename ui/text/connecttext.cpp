#include "ui/text/connecttext.h"

#include "ui/text/format.h"

#include <QCoreApplication>
#include <QDir>

namespace flaredeck::ui::connecttext {

using connect::ClientSetup;
using connect::Way;

namespace {

struct ConnectTexts {
    Q_DECLARE_TR_FUNCTIONS(flaredeck::ui::connecttext)
};

/// Texts in the table of clients are translated like any other text.
QString translated(const QString &text)
{
    return text.isEmpty() ? QString()
                          : QCoreApplication::translate("clients", text.toUtf8().constData());
}

QString steps(const QStringList &next)
{
    QStringList words;
    for (const QString &step : next)
        words << translated(step);
    return words.join(QLatin1Char(' '));
}

Words configured(const ClientSetup &setup, Millis heardAt, Millis now)
{
    if (heardAt > 0 && heardAt >= setup.writtenAt)
        return {ConnectTexts::tr("Connected"),
                ConnectTexts::tr("Last heard of %1.").arg(format::ago(heardAt, now)), Mark::Good};
    if (setup.writtenAt > 0)
        return {ConnectTexts::tr("Waiting for its first request"), steps(setup.next),
                Mark::Waiting};
    return {ConnectTexts::tr("Configured"), ConnectTexts::tr("Not heard of yet."), Mark::Waiting};
}

QString lost(const ClientSetup &setup)
{
    const QString words =
        ConnectTexts::tr("The entry is gone: %1, or somebody else, has written the file since. "
                         "Quit it, then connect it again.")
            .arg(setup.name);
    return setup.command.isEmpty()
               ? words
               : words + QLatin1Char(' ') + ConnectTexts::tr("Or type: %1").arg(setup.command);
}

} // namespace

Words describe(const ClientSetup &setup, Millis heardAt, Millis now)
{
    switch (setup.state) {
    case ClientSetup::State::NotFound:
        return {ConnectTexts::tr("Not found"), {}, Mark::None};
    case ClientSetup::State::Found:
        return {ConnectTexts::tr("Not connected"), {}, Mark::None};
    case ClientSetup::State::Configured:
        return configured(setup, heardAt, now);
    case ClientSetup::State::Different:
        return {ConnectTexts::tr("Configured differently"), setup.problem, Mark::Waiting};
    case ClientSetup::State::Lost:
        return {ConnectTexts::tr("Entry lost"), lost(setup), Mark::Bad};
    case ClientSetup::State::Unreadable:
        break;
    }
    return {ConnectTexts::tr("Cannot be changed"), setup.problem, Mark::Bad};
}

QString way(Way way)
{
    return way == Way::Http ? ConnectTexts::tr("By its address")
                            : ConnectTexts::tr("Through the bridge");
}

QString wayMeans(Way way)
{
    return way == Way::Http
               ? ConnectTexts::tr("The client signs in by itself, in your browser, and keeps a "
                                  "token.")
               : ConnectTexts::tr("The client starts a small program and keeps no token. Flaredeck "
                                  "asks you when it comes for the first time.");
}

QString shortPath(const QString &path)
{
    const QString home = QDir::toNativeSeparators(QDir::homePath());
    return path.startsWith(home) ? QLatin1Char('~') + path.sliced(home.size()) : path;
}

QString relays(const connect::Loads &loads)
{
    if (loads.relays.processes == 0)
        return {};
    const QString relays = loads.relays.processes == 1
                               ? ConnectTexts::tr("1 process of mcp-remote runs now and takes %1.")
                                     .arg(format::bytes(loads.relays.bytes))
                               : ConnectTexts::tr("%1 processes of mcp-remote run now and take %2.")
                                     .arg(loads.relays.processes)
                                     .arg(format::bytes(loads.relays.bytes));
    if (loads.bridges.processes == 0)
        return relays;
    return relays + QLatin1Char(' ') +
           ConnectTexts::tr("A bridge of Flaredeck takes %1.")
               .arg(format::bytes(loads.bridges.bytes / loads.bridges.processes));
}

QString bridgeEntry(const QStringList &bridge)
{
    if (bridge.isEmpty())
        return {};
    const connect::Entry shape{{"command", "{command}"}, {"args", "{args}"}};
    return QStringLiteral("\"flaredeck\": ") +
           QString::fromStdString(connect::makeEntry(shape, {{}, bridge, {}, {}}, {}, {}).dump());
}

} // namespace flaredeck::ui::connecttext
