#pragma once

#include "app/commandline.h"
#include "app/commandsocket.h"
#include "core/base/paths.h"

namespace flaredeck::app {

/// The last step of forgetting everything, after the core has ended and before the lock is let go:
/// erases the files, and answers all that is left, with what the core said of the rest.
[[nodiscard]] QStringList finishForgetting(const DataDir &data, QStringList left);
/// What a person is told at the end, in lines.
[[nodiscard]] QString farewell(const QStringList &left);

/// `forget-everything`: shows what goes, asks on a terminal, has it taken away and waits until
/// Flaredeck has removed its files. Returns the answer to tell as that of any other command, or
/// nothing when all is said; then `code` is the exit code.
[[nodiscard]] std::optional<CommandSocket::Answer> forgetEverything(const CommandLine &line,
                                                                    const QStringList &words,
                                                                    CommandSocket &socket,
                                                                    int &code);

} // namespace flaredeck::app
