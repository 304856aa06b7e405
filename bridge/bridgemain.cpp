// flaredeck-bridge: what an MCP host runs that starts its servers and speaks to them over pipes.
#include "bridge/bridge.h"
#include "bridge/bridgeoptions.h"
#include "bridge/parentwatch.h"
#include "core/base/localsocket.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QDir>

#include <cstdio>

using namespace flaredeck;
using namespace Qt::StringLiterals;

namespace {

constexpr int kWrongUse = 2;
constexpr int kStandardInput = 0;
constexpr int kStandardOutput = 1;

int complain(const QString &text)
{
    std::fprintf(stderr, "flaredeck-bridge: %s\n", qUtf8Printable(text));
    return kWrongUse;
}

/// A toolset's name is part of an address.
bool isName(const QString &text)
{
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), [](QChar c) {
        return (c >= u'a' && c <= u'z') || (c >= u'0' && c <= u'9') || c == u'-';
    });
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(u"flaredeck"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(FLAREDECK_VERSION));
    QCommandLineParser parser;
    parser.setApplicationDescription(bridge::description());
    parser.addOptions(bridge::options());
    if (!parser.parse(QCoreApplication::arguments()))
        return complain(parser.errorText());
    if (parser.isSet(u"help"_s)) {
        std::fputs(qUtf8Printable(parser.helpText()), stdout);
        return 0;
    }
    if (parser.isSet(u"version"_s)) {
        std::puts("flaredeck-bridge " FLAREDECK_VERSION);
        return 0;
    }
    if (!parser.positionalArguments().isEmpty())
        return complain(u"'%1' is not an option."_s.arg(parser.positionalArguments().constFirst()));

    bridge::Bridge::Options options;
    QString dataDirectory = localsocket::defaultDataDirectory(parser.isSet(u"sandbox"_s));
    if (parser.isSet(u"sandbox"_s))
        options.appArguments << u"--sandbox"_s;
    if (parser.isSet(u"data-dir"_s)) {
        dataDirectory = QDir(parser.value(u"data-dir"_s)).absolutePath();
        options.appArguments << u"--data-dir"_s << dataDirectory;
    }
    options.sockets = localsocket::candidates(dataDirectory);
    if (const QString toolset = parser.value(u"toolset"_s); parser.isSet(u"toolset"_s)) {
        if (!isName(toolset))
            return complain(u"'%1' is no toolset's name."_s.arg(toolset));
        options.path = '/' + toolset.toLatin1() + "/mcp";
    }

    const bridge::ParentWatch parent;
    bridge::HostChannel host(kStandardInput, kStandardOutput);
    bridge::Bridge bridge(options, host);
    QObject::connect(&parent, &bridge::ParentWatch::ended, &bridge, &bridge::Bridge::end);
    QObject::connect(&bridge, &bridge::Bridge::ended, &application, &QCoreApplication::quit);
    return QCoreApplication::exec();
}
