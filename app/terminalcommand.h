#pragma once

#include "app/commandline.h"

namespace flaredeck::app {

// Exit codes of a command.
constexpr int kCommandFailed = 1;
constexpr int kCommandWrong = 2;
constexpr int kNotRunning = 3;
constexpr int kCommandDenied = 4;

/// Has the running app carry out the words of the command line, and prints its answer: a table, or
/// JSON with --json. Returns the exit code.
int giveCommand(int argc, char **argv, const CommandLine &line);

} // namespace flaredeck::app
