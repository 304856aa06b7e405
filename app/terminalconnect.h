#pragma once

#include "app/commandline.h"
#include "app/commandsocket.h"

namespace flaredeck::app {

/// `connect CLIENT`: shows what would be changed, asks on a terminal, and has it written. Returns
/// the answer to tell as that of any other command, or nothing when all is said.
[[nodiscard]] std::optional<CommandSocket::Answer>
connectClient(const CommandLine &line, const QStringList &words, CommandSocket &socket);

} // namespace flaredeck::app
