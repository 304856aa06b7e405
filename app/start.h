#pragma once

#include "app/commandline.h"
#include "app/singleinstance.h"
#include "core/service/options.h"

#include <optional>

/// What `flaredeck` and `flaredeck-core` have in common before they run.
namespace flaredeck::app {

constexpr int kCannotStart = 1;

/// What the command line asks for, or the exit code when that is done already or wrong.
[[nodiscard]] tl::expected<CommandLine, int> readCommandLine(int argc, char **argv,
                                                             CommandLine::Program program);
/// Takes the secrets out of the environment, and forbids core dumps that would hold others.
void secureProcess();
/// Prepares the data directory.
[[nodiscard]] Result<service::Options> makeOptions(const CommandLine &line, bool hasWindow);
/// Another instance has the data directory. Nothing when its window is in front now, which is what
/// this start was for; otherwise why this one cannot start.
[[nodiscard]] std::optional<QString> leaveToOther(const SingleInstance &instance, bool hasWindow,
                                                  const QString &page = {});
/// Prints why the program ends to standard error; returns `code`.
int giveUp(const QString &text, int code = kCannotStart);

} // namespace flaredeck::app
