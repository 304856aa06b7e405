#pragma once

#include "app/commandline.h"
#include "core/service/options.h"

#include <QStringList>

#include <optional>

class QApplication;

namespace flaredeck::app {

class SingleInstance;

/// Runs the core with its window and tray icon until the person quits. Returns the exit code.
/// `forgotten` is set when everything was: what could not be taken away. The files are left to
/// erase.
int runWindowed(QApplication &application, const CommandLine &line, const service::Options &options,
                SingleInstance &instance, std::optional<QStringList> &forgotten);

} // namespace flaredeck::app
