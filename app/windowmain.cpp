// flaredeck: the window. Without one it hands over to flaredeck-core.
#include "app/application.h"
#include "app/forgetting.h"
#include "app/handover.h"
#include "app/start.h"
#include "core/base/plaintext.h"

#include <QApplication>
#include <QMessageBox>

#include <cstdio>
#include <cstring>
#include <vector>

using namespace flaredeck;
using app::CommandLine;

namespace {

/// Shows why the program cannot start.
int refuse(const QString &text)
{
    if (!app::isStandardErrorRead()) {
        QMessageBox box(QMessageBox::Critical, CommandLine::tr("Flaredeck cannot start"), text);
        box.setTextFormat(Qt::PlainText); // it names files
        box.exec();
    }
    return app::giveUp(text);
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

/// Goes on as flaredeck-core.
int becomeCore(int argc, char **argv)
{
    const QByteArray program = [&] {
        const QCoreApplication here(argc, argv);
        return QCoreApplication::applicationDirPath().toLocal8Bit() + "/flaredeck-core";
    }();
    std::vector<char *> arguments(argv, argv + argc);
    std::erase_if(arguments, [](const char *argument) {
        // What only the program with a window knows.
        return std::strcmp(argument, "--headless") == 0 || std::strcmp(argument, "--hidden") == 0;
    });
    arguments.push_back(nullptr);
    const int code = app::becomeProgram(program.constData(), arguments);
    if (code >= 0)
        return code;
    return app::giveUp(CommandLine::tr("%1 could not be started: %2. Install Flaredeck again.")
                           .arg(QString::fromLocal8Bit(program), qt_error_string()));
}

} // namespace

int main(int argc, char **argv)
{
    const auto line = app::readCommandLine(argc, argv, CommandLine::Program::Window);
    if (!line)
        return line.error();
    if (!line->headless && !hasDisplay())
        std::fputs(
            qUtf8Printable(CommandLine::tr("There is no display, so Flaredeck starts headless.\n")),
            stderr);
    if (line->headless || !hasDisplay())
        return becomeCore(argc, argv);

    app::secureProcess();
    QApplication application(argc, argv);
    QApplication::setDesktopFileName(QStringLiteral(FLAREDECK_ID));
    const auto options = app::makeOptions(*line, true);
    if (!options)
        return refuse(options.error().text());
    app::SingleInstance instance(options->dataDir.lockFile());
    if (!instance.acquire()) {
        // Started in the background, by the bridge for instance: that one needs no window now.
        if (line->hidden)
            return app::giveUp(*app::leaveToOther(instance, false));
        const auto problem = app::leaveToOther(instance, true, line->page);
        return problem ? refuse(*problem) : 0;
    }
    std::optional<QStringList> forgotten;
    const int code = app::runWindowed(application, *line, *options, instance, forgotten);
    if (!forgotten)
        return code;
    const QStringList left = app::finishForgetting(options->dataDir, *forgotten);
    QMessageBox box(left.isEmpty() ? QMessageBox::Information : QMessageBox::Warning,
                    CommandLine::tr("Flaredeck has forgotten everything"),
                    plaintext::block(app::farewell(left)), QMessageBox::Close);
    box.setTextFormat(Qt::PlainText);
    box.setTextInteractionFlags(Qt::TextSelectableByMouse);
    box.exec();
    return left.isEmpty() ? 0 : app::kCannotStart;
}
