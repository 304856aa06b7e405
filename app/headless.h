#pragma once

#include "app/commandline.h"
#include "core/service/options.h"

#include <QStringList>

#include <optional>

class QCoreApplication;

namespace flaredeck::app {

/// Runs the core without a window until SIGINT or SIGTERM. Writes one JSON line to stdout when it
/// listens, and logs to stderr; asks for consent on the terminal. Returns the exit code;
/// `forgotten` as runWindowed().
int runHeadless(QCoreApplication &application, const CommandLine &line,
                const service::Options &options, std::optional<QStringList> &forgotten);

} // namespace flaredeck::app
