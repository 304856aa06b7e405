#include "app/start.h"

#include "app/audittool.h"
#include "app/coredumps.h"
#include "app/standardstreams.h"
#include "app/terminalcommand.h"
#include "core/base/plaintext.h"
#include "core/base/secretvariables.h"
#include "core/base/settings.h"

#include <cstdio>

namespace flaredeck::app {

namespace {

constexpr int kWrongUse = 2;

int useAuditTrail(int argc, char **argv, const CommandLine &line)
{
    const QCoreApplication application(argc, argv);
    const QString vault = DataDir::at(line.dataDir, line.sandbox).vaultFile();
    const AuditTool::Answer answer = line.action == CommandLine::Action::VerifyAudit
                                         ? AuditTool::verify(vault)
                                         : AuditTool::write(vault, line.exportFile);
    if (!answer.text.isEmpty())
        std::puts(qUtf8Printable(plaintext::block(answer.text)));
    return answer.problem.isEmpty() ? answer.code : giveUp(answer.problem, answer.code);
}

} // namespace

tl::expected<CommandLine, int> readCommandLine(int argc, char **argv, CommandLine::Program program)
{
    if (!openMissingStreams())
        return tl::unexpected(kCannotStart);
    QCoreApplication::setApplicationName(QStringLiteral("flaredeck"));
    QCoreApplication::setApplicationVersion(QStringLiteral(FLAREDECK_VERSION));
    QStringList arguments;
    for (int i = 0; i < argc; ++i)
        arguments << QString::fromLocal8Bit(argv[i]);
    const auto line = CommandLine::parse(arguments, program);
    if (!line)
        return tl::unexpected(giveUp(line.error().text(), kWrongUse));
    switch (line->action) {
    case CommandLine::Action::ShowHelp: {
        const QCoreApplication named(argc, argv); // the text begins with the program's name
        std::fputs(qUtf8Printable(CommandLine::helpText(program)), stdout);
        return tl::unexpected(0);
    }
    case CommandLine::Action::ShowVersion:
        std::puts("Flaredeck " FLAREDECK_VERSION);
        return tl::unexpected(0);
    case CommandLine::Action::VerifyAudit:
    case CommandLine::Action::ExportAudit:
        return tl::unexpected(useAuditTrail(argc, argv, *line));
    case CommandLine::Action::Command:
        return tl::unexpected(giveCommand(argc, argv, *line));
    case CommandLine::Action::Run:
        break;
    }
    return *line;
}

void secureProcess()
{
    takeSecretVariables();
    if (!forbidCoreDumps())
        std::fputs("flaredeck: a crash may leave a core dump with secrets in it\n", stderr);
}

Result<service::Options> makeOptions(const CommandLine &line, bool hasWindow)
{
    auto dataDir = DataDir::prepare(line.dataDir, line.sandbox);
    if (!dataDir)
        return fail(dataDir.error());
    service::Options options;
    options.dataDir = *dataDir;
    options.sandbox = line.sandbox;
    options.autoApprove = line.autoApprove;
    options.newVaultKey = line.newVaultKey;
    // In either case there is nobody to ask.
    options.sessionOnlyWithoutKeychain = !hasWindow || line.autoApprove;
    const Settings settings(dataDir->settingsFile());
    const int port = line.port >= 0 ? line.port : settings.get(setting::serverPort);
    options.port = static_cast<quint16>(port);
    return options;
}

std::optional<QString> leaveToOther(const SingleInstance &instance, bool hasWindow,
                                    const QString &page)
{
    if (instance.problem())
        return instance.problem()->text();
    QString text = CommandLine::tr("Flaredeck runs already with this data directory.");
    if (const qint64 pid = instance.otherPid(); pid > 0)
        text =
            CommandLine::tr("Flaredeck runs already with this data directory (pid %1).").arg(pid);
    if (hasWindow) {
        const SingleInstance::Raised raised = instance.raiseOther(page);
        if (raised == SingleInstance::Raised::Window) {
            std::fputs(
                qUtf8Printable(CommandLine::tr("Flaredeck runs already; its window was raised.\n")),
                stderr);
            return std::nullopt;
        }
        text += QLatin1Char(' ') + (raised == SingleInstance::Raised::NoWindow
                                        ? CommandLine::tr("It has no window.")
                                        : CommandLine::tr("It does not answer, so its window "
                                                          "could not be raised."));
    }
    return text + QLatin1Char(' ') +
           CommandLine::tr("Quit it, or give another directory with --data-dir.");
}

int giveUp(const QString &text, int code)
{
    std::fprintf(stderr, "flaredeck: %s\n", qUtf8Printable(plaintext::block(text)));
    return code;
}

} // namespace flaredeck::app
