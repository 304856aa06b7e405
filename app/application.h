#pragma once

#include "app/commandline.h"
#include "core/service/options.h"

class QApplication;

namespace flaredeck::app {

class SingleInstance;

/// Runs the core with its window and tray icon until the person quits. Returns the exit code.
int runWindowed(QApplication &application, const CommandLine &line, const service::Options &options,
                SingleInstance &instance);

} // namespace flaredeck::app
