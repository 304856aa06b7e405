#include "app/application.h"
#include "app/audittool.h"
#include "app/commandline.h"
#include "app/coredumps.h"
#include "app/headless.h"
#include "app/singleinstance.h"
#include "app/standardstreams.h"
#include "core/base/plaintext.h"
#include "core/base/secretvariables.h"
#include "core/base/settings.h"

#include <QApplication>
#include <QMessageBox>

#include <cstdio>
#include <sys/stat.h>
#include <unistd.h>

namespace {

using flaredeck::app::CommandLine;

constexpr int kWrongUse = 2;
constexpr int kCannotStart = 1;

int complain(const QString &text, int code)
{
    std::fprintf(stderr, "flaredeck: %s\n", qUtf8Printable(flaredeck::plaintext::block(text)));
    return code;
}

/// Nobody sees what is printed when a desktop started the program: standard error is then the
/// journal's socket or /dev/null.
bool isStandardErrorRead()
{
    struct stat found = {};
    return ::isatty(STDERR_FILENO) != 0 || (::fstat(STDERR_FILENO, &found) == 0 &&
                                            (S_ISFIFO(found.st_mode) || S_ISREG(found.st_mode)));
}

/// Shows why the program cannot start.
template <typename Application>
int refuse(const QString &text)
{
    if constexpr (std::is_same_v<Application, QApplication>) {
        if (!isStandardErrorRead()) {
            QMessageBox box(QMessageBox::Critical, CommandLine::tr("Flaredeck cannot start"), text);
            box.setTextFormat(Qt::PlainText); // it names files
            box.exec();
        }
    }
    return complain(text, kCannotStart);
}

bool hasDisplay()
{
#ifdef Q_OS_LINUX
    return qEnvironmentVariableIsSet("DISPLAY") || qEnvironmentVariableIsSet("WAYLAND_DISPLAY") ||
           qEnvironmentVariableIsSet("QT_QPA_PLATFORM");
#else
    return true;
#endif
}

flaredeck::Result<flaredeck::service::Options> makeOptions(const CommandLine &line)
{
    auto dataDir = flaredeck::DataDir::prepare(line.dataDir, line.sandbox);
    if (!dataDir)
        return flaredeck::fail(dataDir.error());
    flaredeck::service::Options options;
    options.dataDir = *dataDir;
    options.sandbox = line.sandbox;
    options.autoApprove = line.autoApprove;
    options.newVaultKey = line.newVaultKey;
    // In either case there is nobody to ask.
    options.sessionOnlyWithoutKeychain = line.headless || line.autoApprove;
    const flaredeck::Settings settings(dataDir->settingsFile());
    const int port = line.port >= 0 ? line.port : settings.get(flaredeck::setting::serverPort);
    options.port = static_cast<quint16>(port);
    return options;
}

/// Another instance runs with the same data directory: this start succeeds when the window of that
/// instance is in front.
template <typename Application>
int leaveToOther(const flaredeck::app::SingleInstance &instance, const CommandLine &line)
{
    using flaredeck::app::SingleInstance;
    QString text = CommandLine::tr("Flaredeck runs already with this data directory.");
    if (const qint64 pid = instance.otherPid(); pid > 0)
        text =
            CommandLine::tr("Flaredeck runs already with this data directory (pid %1).").arg(pid);
    if (!line.headless) {
        const SingleInstance::Raised raised = instance.raiseOther();
        if (raised == SingleInstance::Raised::Window) {
            std::fputs(
                qUtf8Printable(CommandLine::tr("Flaredeck runs already; its window was raised.\n")),
                stderr);
            return 0;
        }
        text += QLatin1Char(' ') + (raised == SingleInstance::Raised::NoWindow
                                        ? CommandLine::tr("It has no window.")
                                        : CommandLine::tr("It does not answer, so its window "
                                                          "could not be raised."));
    }
    return refuse<Application>(
        text + QLatin1Char(' ') +
        CommandLine::tr("Quit it, or give another directory with --data-dir."));
}

int useAuditTrail(int argc, char **argv, const CommandLine &line)
{
    using flaredeck::app::AuditTool;
    const QCoreApplication application(argc, argv);
    const QString vault = flaredeck::DataDir::at(line.dataDir, line.sandbox).vaultFile();
    const AuditTool::Answer answer = line.action == CommandLine::Action::VerifyAudit
                                         ? AuditTool::verify(vault)
                                         : AuditTool::write(vault, line.exportFile);
    if (!answer.text.isEmpty())
        std::puts(qUtf8Printable(flaredeck::plaintext::block(answer.text)));
    return answer.problem.isEmpty() ? answer.code : complain(answer.problem, answer.code);
}

template <typename Application>
int run(int argc, char **argv, const CommandLine &line)
{
    Application application(argc, argv);
    const auto options = makeOptions(line);
    if (!options)
        return refuse<Application>(options.error().text());
    flaredeck::app::SingleInstance instance(options->dataDir.lockFile());
    if (!instance.acquire())
        return instance.problem() ? refuse<Application>(instance.problem()->text())
                                  : leaveToOther<Application>(instance, line);
    if constexpr (std::is_same_v<Application, QApplication>)
        return flaredeck::app::runWindowed(application, line, *options, instance);
    else
        return flaredeck::app::runHeadless(application, line, *options);
}

} // namespace

int main(int argc, char **argv)
{
    if (!flaredeck::app::openMissingStreams())
        return kCannotStart;
    flaredeck::takeSecretVariables();
    if (!flaredeck::app::forbidCoreDumps())
        std::fputs("flaredeck: a crash may leave a core dump with secrets in it\n", stderr);
    QCoreApplication::setApplicationName(QStringLiteral("flaredeck"));
    QCoreApplication::setApplicationVersion(QStringLiteral(FLAREDECK_VERSION));

    QStringList arguments;
    for (int i = 0; i < argc; ++i)
        arguments << QString::fromLocal8Bit(argv[i]);
    auto line = CommandLine::parse(arguments);
    if (!line)
        return complain(line.error().text(), kWrongUse);
    switch (line->action) {
    case CommandLine::Action::ShowHelp: {
        const QCoreApplication named(argc, argv); // the text begins with the program's name
        std::fputs(qUtf8Printable(CommandLine::helpText()), stdout);
        return 0;
    }
    case CommandLine::Action::ShowVersion:
        std::puts("Flaredeck " FLAREDECK_VERSION);
        return 0;
    case CommandLine::Action::VerifyAudit:
    case CommandLine::Action::ExportAudit:
        return useAuditTrail(argc, argv, *line);
    case CommandLine::Action::Run:
        break;
    }
    if (!line->headless && !hasDisplay()) {
        std::fputs(
            qUtf8Printable(CommandLine::tr("There is no display, so Flaredeck starts headless.\n")),
            stderr);
        line->headless = true;
        line->hidden = false;
    }
    // Headless needs no display, and saves the start-up of the GUI library.
    return line->headless ? run<QCoreApplication>(argc, argv, *line)
                          : run<QApplication>(argc, argv, *line);
}
