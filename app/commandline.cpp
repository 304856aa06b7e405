#include "app/commandline.h"

#include "core/base/logging.h"
#include "core/service/localverbs.h"

#include <QCommandLineParser>
#include <QRegularExpression>

namespace flaredeck::app {

namespace {

QString named(const char *name)
{
    return QString::fromLatin1(name);
}

/// The commands, as they stand in the help.
QString commandsText()
{
    QString text = CommandLine::tr("Commands for the running Flaredeck:") + u'\n';
    for (const service::LocalVerb &verb : service::localVerbs()) {
        QString words = named(verb.words);
        if (verb.takesArgument())
            words += u' ' + named(verb.argument);
        if (verb.lists)
            words += QStringLiteral(" [-f] [-n COUNT]");
        if (verb.isOfClient)
            words += QStringLiteral(" [--client CLIENT]");
        if (verb.connects)
            words += QStringLiteral(" [--print|--undo]");
        if (verb.forgets)
            words += QStringLiteral(" [--print|--yes]");
        text += QStringLiteral("  %1 %2\n").arg(words, -24).arg(named(verb.summary));
    }
    return text;
}

void describe(QCommandLineParser &parser, CommandLine::Program program)
{
    parser.setApplicationDescription(CommandLine::description());
    parser.addOptions(CommandLine::options(program));
    if (program == CommandLine::Program::Window)
        parser.addPositionalArgument(
            QStringLiteral("flaredeck:PAGE"),
            CommandLine::tr("Show that page: overview, clients, grants, activity, security, logs "
                            "or settings."),
            QStringLiteral("[flaredeck:PAGE]"));
}

/// -f and -n belong to the verbs whose table says so.
Result<> readListOptions(const QCommandLineParser &parser, CommandLine &line)
{
    const bool hasCount = parser.isSet(named("count"));
    line.follows = parser.isSet(named("follow"));
    if (!line.follows && !hasCount)
        return {};
    const service::LocalVerb *verb = service::findVerb(line.words);
    if (!verb || !verb->lists)
        return fail(Error::Kind::InvalidInput,
                    CommandLine::tr("-f and -n go with the commands that list what happened."),
                    CommandLine::tr("flaredeck --help lists them."));
    if (!hasCount)
        return {};
    bool isNumber = false;
    line.count = parser.value(named("count")).toInt(&isNumber);
    if (!isNumber || line.count < 1 || line.count > service::kMostLocalLines)
        return fail(
            Error::Kind::InvalidInput,
            CommandLine::tr("'%1' is no number of lines.").arg(parser.value(named("count"))),
            CommandLine::tr("Give one from 1 to %1.").arg(service::kMostLocalLines));
    return {};
}

/// --client belongs to the verbs whose table says so.
Result<> readClientOption(const QCommandLineParser &parser, CommandLine &line)
{
    if (!parser.isSet(named("client")))
        return {};
    line.client = parser.value(named("client"));
    const service::LocalVerb *verb = service::findVerb(line.words);
    if (!verb || !verb->isOfClient)
        return fail(Error::Kind::InvalidInput,
                    CommandLine::tr("--client goes with the commands about tools."),
                    CommandLine::tr("flaredeck --help lists them."));
    if (line.client.isEmpty())
        return fail(Error::Kind::InvalidInput, CommandLine::tr("--client needs a client."),
                    CommandLine::tr("flaredeck-core clients list shows them."));
    return {};
}

/// --print, --yes, --undo, --address, --bridge and --hosted belong to `connect CLIENT`.
Result<> readConnectOptions(const QCommandLineParser &parser, CommandLine &line)
{
    line.prints = parser.isSet(named("print"));
    line.isSure = parser.isSet(named("yes"));
    line.undoes = parser.isSet(named("undo"));
    for (const char *option : {"undo", "address", "bridge", "hosted"}) {
        if (parser.isSet(named(option)))
            line.connectOptions << QStringLiteral("--") + named(option);
    }
    if (!line.prints && !line.isSure && line.connectOptions.isEmpty())
        return {};
    const service::LocalVerb *verb = service::findVerb(line.words);
    if (verb && verb->forgets && line.connectOptions.isEmpty() && line.prints != line.isSure)
        return {};
    if (!verb || !verb->connects || line.words.size() != 2)
        return fail(
            Error::Kind::InvalidInput,
            CommandLine::tr("--print, --yes, --undo, --address, --bridge and --hosted go with "
                            "`connect` and a client, and one of the first two with "
                            "`forget-everything`."),
            CommandLine::tr("flaredeck-core connect lists the clients."));
    if (line.undoes && (line.prints || line.connectOptions.size() > 1))
        return fail(Error::Kind::InvalidInput, CommandLine::tr("--undo goes alone."));
    if (line.connectOptions.contains(QStringLiteral("--address")) &&
        line.connectOptions.contains(QStringLiteral("--bridge")))
        return fail(Error::Kind::InvalidInput,
                    CommandLine::tr("--address and --bridge exclude each other."));
    return {};
}

/// A link can name a page and nothing else: whoever makes somebody press one gets no further than
/// a press on the icon.
Result<> readLink(CommandLine &line)
{
    static const QRegularExpression form(
        QRegularExpression::anchoredPattern(QStringLiteral("flaredeck:(?://)?([a-z]{0,32})/?")),
        QRegularExpression::CaseInsensitiveOption);
    const QRegularExpressionMatch link = form.match(line.words.constFirst());
    if (!link.hasMatch() || line.words.size() > 1)
        return fail(Error::Kind::InvalidInput,
                    CommandLine::tr("This is no link to a page of Flaredeck."),
                    CommandLine::tr("One is flaredeck:clients, for instance, and goes alone."));
    line.page = link.captured(1).toLower();
    line.words.clear();
    return {};
}

} // namespace

QString CommandLine::description()
{
    return CommandLine::tr(
        "Lends one Cloudflare sign-in to the MCP clients on this computer, and takes it back.");
}

QList<QCommandLineOption> CommandLine::options(Program program)
{
    QList<QCommandLineOption> options;
    if (program == CommandLine::Program::Window)
        options << QList<QCommandLineOption>{
            {named("headless"),
             CommandLine::tr("Show no window: run flaredeck-core, which prints one JSON line when "
                             "listening and asks for consent on the terminal.")},
            {named("hidden"), CommandLine::tr("Start in the tray.")},
        };
    const QList<QCommandLineOption> always{
        {named("sandbox"),
         CommandLine::tr("Use the built-in stand-in for Cloudflare; no account is needed.")},
        {named("port"), CommandLine::tr("Listen on port N instead of 8788; 0 takes any free one."),
         named("N")},
        {named("data-dir"), CommandLine::tr("Keep all files in DIR."), named("DIR")},
        {named("auto-approve"),
         CommandLine::tr("Grant every request without asking. Only together with --sandbox.")},
        {named("new-vault-key"),
         CommandLine::tr(
             "If the keychain has lost the key to the stored sign-ins, give them up and "
             "go on with a new key. Each sign-in has to be done again. Does nothing "
             "while the key is there.")},
        {named("verify-audit"),
         CommandLine::tr("Check that nobody changed the audit trail, print what was found and "
                         "quit: 0 = intact, 1 = broken, 2 = unreadable.")},
        {named("export-audit"),
         CommandLine::tr("Write the audit trail to FILE as JSON Lines (- = standard output) and "
                         "quit."),
         named("FILE")},
        {named("json"), CommandLine::tr("Print the answer to a command as JSON.")},
        {{named("f"), named("follow")},
         CommandLine::tr("With calls and logs: print those that follow, too, until Ctrl-C.")},
        {{named("n"), named("count")},
         CommandLine::tr("With calls and logs: begin with the last COUNT instead of 20."),
         named("COUNT")},
        {named("client"),
         CommandLine::tr("With tools: for CLIENT, by the id or the name that clients list shows."),
         named("CLIENT")},
        {named("print"),
         CommandLine::tr("With connect and forget-everything: only show what would be "
                         "changed, and where.")},
        {named("yes"),
         CommandLine::tr("With connect and forget-everything: do it without asking.")},
        {named("undo"), CommandLine::tr("With connect: put back what was there before.")},
        {named("address"),
         CommandLine::tr("With connect: have the client come to the server's address.")},
        {named("bridge"), CommandLine::tr("With connect: have the client start the bridge.")},
        {named("hosted"),
         CommandLine::tr("With connect: replace entries for Cloudflare's own servers, too.")},
        {{named("v"), named("version")}, CommandLine::tr("Print the version.")},
        {{named("h"), named("help")}, CommandLine::tr("Print this text.")},
    };
    return options + always;
}

Result<CommandLine> CommandLine::parse(const QStringList &arguments, Program program)
{
    const QString seeHelp = CommandLine::tr("flaredeck --help lists the options.");
    QCommandLineParser parser;
    describe(parser, program);
    if (!parser.parse(arguments))
        return fail(Error::Kind::InvalidInput, parser.errorText(), seeHelp);
    CommandLine line;
    line.words = parser.positionalArguments();
    if (program == Program::Window && !line.words.isEmpty() &&
        line.words.constFirst().startsWith(QLatin1String("flaredeck:"), Qt::CaseInsensitive)) {
        if (const Result<> link = readLink(line); !link)
            return fail(link.error());
    }
    if (!line.words.isEmpty() && !service::beginsVerb(line.words.constFirst()))
        return fail(Error::Kind::InvalidInput,
                    CommandLine::tr("'%1' is neither an option nor a command.")
                        .arg(redact(line.words.constFirst())),
                    seeHelp);
    line.json = parser.isSet(named("json"));
    if (line.json && line.words.isEmpty())
        return fail(Error::Kind::InvalidInput, CommandLine::tr("--json goes with a command."),
                    seeHelp);
    if (const Result<> lists = readListOptions(parser, line); !lists)
        return fail(lists.error());
    if (const Result<> client = readClientOption(parser, line); !client)
        return fail(client.error());
    if (const Result<> connects = readConnectOptions(parser, line); !connects)
        return fail(connects.error());
    if (!line.words.isEmpty())
        line.action = Action::Command;
    if (parser.isSet(named("help")))
        line.action = Action::ShowHelp;
    else if (parser.isSet(named("version")))
        line.action = Action::ShowVersion;
    else if (parser.isSet(named("verify-audit")))
        line.action = Action::VerifyAudit;
    else if (parser.isSet(named("export-audit")))
        line.action = Action::ExportAudit;
    line.sandbox = parser.isSet(named("sandbox"));
    if (program == Program::Window) {
        line.headless = parser.isSet(named("headless"));
        line.hidden = parser.isSet(named("hidden"));
    }
    line.autoApprove = parser.isSet(named("auto-approve"));
    line.newVaultKey = parser.isSet(named("new-vault-key"));
    line.dataDir = parser.value(named("data-dir"));
    if (parser.isSet(named("data-dir")) && line.dataDir.isEmpty())
        return fail(Error::Kind::InvalidInput, CommandLine::tr("--data-dir needs a directory."),
                    seeHelp);
    line.exportFile = parser.value(named("export-audit"));
    if (parser.isSet(named("export-audit")) && line.exportFile.isEmpty())
        return fail(Error::Kind::InvalidInput, CommandLine::tr("--export-audit needs a file."),
                    seeHelp);
    if (parser.isSet(named("verify-audit")) && parser.isSet(named("export-audit")))
        return fail(Error::Kind::InvalidInput,
                    CommandLine::tr("--verify-audit and --export-audit are two separate steps."),
                    seeHelp);
    if (parser.isSet(named("port"))) {
        bool isNumber = false;
        line.port = parser.value(named("port")).toUShort(&isNumber);
        if (!isNumber)
            return fail(Error::Kind::InvalidInput,
                        CommandLine::tr("'%1' is not a port.").arg(parser.value(named("port"))),
                        CommandLine::tr("Give a number from 0 to 65535."));
    }
    if (line.headless && line.hidden)
        return fail(
            Error::Kind::InvalidInput,
            CommandLine::tr(
                "--headless and --hidden exclude each other: headless has no window to hide."));
    if (line.autoApprove && !line.sandbox)
        return fail(
            Error::Kind::Denied,
            CommandLine::tr(
                "--auto-approve would hand a real Cloudflare account to any program that asks."),
            CommandLine::tr("Use it only together with --sandbox."));
    return line;
}

QString CommandLine::helpText(Program program)
{
    QCommandLineParser parser;
    describe(parser, program);
    return parser.helpText() + u'\n' + commandsText();
}

} // namespace flaredeck::app
