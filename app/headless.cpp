#include "app/headless.h"

#include "app/autoprompter.h"
#include "app/quitsignals.h"
#include "app/standardstreams.h"
#include "app/start.h"
#include "app/terminalprompter.h"
#include "core/base/json.h"
#include "core/base/logging.h"
#include "core/base/plaintext.h"
#include "core/service/corethread.h"

#include <QCoreApplication>

#include <cstdio>

namespace flaredeck::app {

namespace {

void printListening(const service::ServerView &server)
{
    Json line{{"event", "listening"},
              {"mcp", server.mcpUrl},
              {"sse", server.sseUrl},
              {"pid", QCoreApplication::applicationPid()}};
    if (server.sandbox)
        line["sandbox"] = server.sandboxUrl;
    const QByteArray bytes = json::print(line) + '\n';
    std::fwrite(bytes.constData(), 1, static_cast<size_t>(bytes.size()), stdout);
    std::fflush(stdout);
}

void complainAboutPort(const service::ServerView &server)
{
    QString text = CommandLine::tr("Flaredeck cannot listen. %1").arg(server.problem);
    if (server.freePort != 0)
        text +=
            QLatin1Char(' ') +
            CommandLine::tr("--port %1 is free; --port 0 takes any free one.").arg(server.freePort);
    std::fprintf(stderr, "flaredeck: %s\n", qUtf8Printable(plaintext::line(text)));
}

} // namespace

int runHeadless(QCoreApplication &application, const CommandLine &line,
                const service::Options &options, std::optional<QStringList> &forgotten)
{
    const LogBook log(LogBook::Echo::Stderr);
    AutoPrompter agree;
    TerminalPrompter ask(kStandardInput, kStandardError, isTerminal(kStandardInput));
    Prompter &prompter = line.autoApprove ? static_cast<Prompter &>(agree) : ask;

    service::CoreThread core;
    const QuitSignals signalsOfTheSystem([&core] { return core.endWithin(kEndCoreMs); });
    QObject::connect(&signalsOfTheSystem, &QuitSignals::quitRequested, &application,
                     &QCoreApplication::quit);
    QObject::connect(&core, &service::CoreThread::forgotten, &application,
                     [&forgotten](const QStringList &left) {
                         forgotten = left;
                         QCoreApplication::quit();
                     });
    bool announced = false;
    QObject::connect(&core, &service::CoreThread::serverChanged, &application,
                     [&announced](const service::ServerView &server) {
                         if (announced)
                             return;
                         if (server.state == service::ServerState::Listening) {
                             announced = true;
                             printListening(server);
                         } else if (server.state == service::ServerState::PortTaken ||
                                    server.state == service::ServerState::Stopped) {
                             announced = true;
                             complainAboutPort(server);
                             QCoreApplication::exit(kCannotStart);
                         }
                     });
    using Snapshots = service::CoreThread::Snapshots;
    if (const auto started = core.start(options, prompter, Snapshots::None); !started) {
        qCCritical(lcApp).noquote() << started.error().text();
        return kCannotStart;
    }
    const int code = QCoreApplication::exec();
    core.stop();
    return code;
}

} // namespace flaredeck::app
