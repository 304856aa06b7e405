#pragma once

#include "app/commandline.h"
#include "core/service/options.h"

class QCoreApplication;

namespace flaredeck::app {

/// Runs the core without a window until SIGINT or SIGTERM. One JSON line on stdout when it listens;
/// logs on stderr; consent on the terminal. Returns the exit code.
int runHeadless(QCoreApplication &application, const CommandLine &line,
                const service::Options &options);

} // namespace flaredeck::app
