#include "app/application.h"

#include "app/autoprompter.h"
#include "app/quitsignals.h"
#include "app/signinprocess.h"
#include "app/singleinstance.h"
#include "app/trayicon.h"
#include "core/base/logging.h"
#include "core/base/plaintext.h"
#include "core/base/settings.h"
#include "core/service/corethread.h"
#include "ui/dialogs/promptqueue.h"
#include "ui/mainwindow.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QMessageBox>

namespace flaredeck::app {

namespace {

struct ApplicationTexts {
    Q_DECLARE_TR_FUNCTIONS(flaredeck::app::Application)
};

/// The name in quotation marks that it cannot close.
QString quoted(const QString &clientName)
{
    return clientName.isEmpty() ? ApplicationTexts::tr("A client without a name")
                                : ApplicationTexts::tr("“%1”").arg(plaintext::inQuotes(clientName));
}

/// Not quit(): that closes the windows first, and our window refuses by going to the tray.
void endProgram()
{
    QCoreApplication::exit();
}

void connectTray(TrayIcon &tray, ui::MainWindow &window, service::CoreThread &core,
                 Settings &settings)
{
    QObject::connect(&tray, &TrayIcon::openRequested, &window, &ui::MainWindow::raiseWindow);
    QObject::connect(&tray, &TrayIcon::revokeAllRequested, &window, &ui::MainWindow::revokeAll);
    QObject::connect(&tray, &TrayIcon::quitRequested, qApp, &endProgram);
    QObject::connect(
        &core, &service::CoreThread::changed, &tray,
        [&tray](const service::SnapshotPtr &snapshot) { tray.setSnapshot(*snapshot); });
    QObject::connect(
        &core, &service::CoreThread::clientConnected, &tray, [&tray](const QString &name) {
            tray.notify(ApplicationTexts::tr("New client"),
                        ApplicationTexts::tr("%1 connected for the first time.").arg(quoted(name)));
        });
    QObject::connect(
        &core, &service::CoreThread::needsSignIn, &tray, [&tray](const QString &label) {
            tray.notify(
                ApplicationTexts::tr("Sign in again"),
                ApplicationTexts::tr("Cloudflare no longer accepts the sign-in of %1.").arg(label));
        });
    QObject::connect(&window, &ui::MainWindow::hiddenToTray, &tray, [&tray, &settings] {
        if (settings.get(setting::closeToTrayTold))
            return;
        settings.set(setting::closeToTrayTold, true);
        tray.notify(
            ApplicationTexts::tr("Flaredeck keeps running"),
            ApplicationTexts::tr("Clients stay connected. Quit from the menu of this icon."));
    });
}

void connectPrompts(ui::PromptQueue &prompts, SignInProcess &signIn, TrayIcon &tray,
                    ui::MainWindow &window, service::CoreThread &core)
{
    window.watch(prompts);
    QObject::connect(&prompts, &ui::PromptQueue::pendingChanged, &tray, &TrayIcon::setWaiting);
    QObject::connect(
        &prompts, &ui::PromptQueue::consentWaiting, &tray, [&tray](const QString &name) {
            tray.notify(ApplicationTexts::tr("A decision is waiting"),
                        ApplicationTexts::tr("%1 asks to use your account.").arg(quoted(name)));
        });
    QObject::connect(&prompts, &ui::PromptQueue::callWaiting, &tray,
                     [&tray](const QString &name, const QString &tool) {
                         tray.notify(ApplicationTexts::tr("A call is waiting for you"),
                                     ApplicationTexts::tr("%1 wants to use “%2”.")
                                         .arg(quoted(name), plaintext::inQuotes(tool)));
                     });
    QObject::connect(&prompts, &ui::PromptQueue::warned, &tray, &TrayIcon::notify);
    QObject::connect(&signIn, &SignInProcess::browserUsed, &window,
                     &ui::MainWindow::showBrowserUsed);
    QObject::connect(&signIn, &SignInProcess::browserUsed, &tray, [&tray](const QString &reason) {
        tray.notify(ApplicationTexts::tr("Sign in with your browser"), reason);
    });
    QObject::connect(&signIn, &SignInProcess::cancelled, &core, [&core](const QString &id) {
        core.ask(&service::Commands::cancelSignIn, id);
    });
}

} // namespace

int runWindowed(QApplication &application, const CommandLine &line, const service::Options &options,
                SingleInstance &instance, std::optional<QStringList> &forgotten)
{
    QApplication::setQuitOnLastWindowClosed(false);
    LogBook log(LogBook::Echo::Stderr);
    Settings settings(options.dataDir.settingsFile());
    ui::applyTheme(application, settings.get(setting::theme));

    service::CoreThread core;
    ui::MainWindow window(core, options.dataDir, settings, log);
    SignInProcess signIn(settings);
    TrayIcon tray;
    ui::PromptQueue prompts(signIn, &window);
    AutoPrompter agree;
    connectTray(tray, window, core, settings);
    connectPrompts(prompts, signIn, tray, window, core);

    const QuitSignals signalsOfTheSystem([&core] { return core.endWithin(kEndCoreMs); });
    QObject::connect(&signalsOfTheSystem, &QuitSignals::quitRequested, &application, &endProgram);
    QObject::connect(&window, &ui::MainWindow::quitRequested, &application, &endProgram);
    QObject::connect(&instance, &SingleInstance::raiseRequested, &window,
                     [&window](const QString &page) {
                         window.raiseWindow();
                         window.openNamed(page);
                     });

    QObject::connect(&core, &service::CoreThread::forgotten, &application,
                     [&forgotten](const QStringList &left) {
                         forgotten = left;
                         endProgram();
                     });
    // The core has its own settings object on the same file.
    QObject::connect(&settings, &Settings::changed, &core,
                     [&core] { core.ask(&service::Commands::applySettings); });
    instance.setHasWindow(true);

    Prompter &prompter = line.autoApprove ? static_cast<Prompter &>(agree) : prompts;
    if (const auto started = core.start(options, prompter); !started) {
        qCCritical(lcApp).noquote() << started.error().text();
        QMessageBox box(QMessageBox::Critical, ApplicationTexts::tr("Flaredeck cannot start"),
                        plaintext::block(started.error().text()), QMessageBox::Close);
        box.setTextFormat(Qt::PlainText);
        box.exec();
        return 1;
    }
    if (!line.hidden) {
        window.show();
        window.openNamed(line.page);
    }
    const int code = QApplication::exec();
    core.stop();
    return code;
}

} // namespace flaredeck::app
