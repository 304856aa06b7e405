// flaredeck-core: Flaredeck without a window, and without the libraries of one.
#include "app/forgetting.h"
#include "app/headless.h"
#include "app/start.h"

#include <QCoreApplication>

using namespace flaredeck;

int main(int argc, char **argv)
{
    const auto line = app::readCommandLine(argc, argv, app::CommandLine::Program::Core);
    if (!line)
        return line.error();
    app::secureProcess();
    QCoreApplication application(argc, argv);
    const auto options = app::makeOptions(*line, false);
    if (!options)
        return app::giveUp(options.error().text());
    app::SingleInstance instance(options->dataDir.lockFile());
    if (!instance.acquire())
        return app::giveUp(*app::leaveToOther(instance, false));
    std::optional<QStringList> forgotten;
    const int code = app::runHeadless(application, *line, *options, forgotten);
    if (!forgotten)
        return code;
    const QStringList left = app::finishForgetting(options->dataDir, *forgotten);
    return app::giveUp(app::farewell(left), left.isEmpty() ? 0 : app::kCannotStart);
}
