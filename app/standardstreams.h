#pragma once

namespace flaredeck::app {

/// Opens /dev/null where standard input, output or error is closed: otherwise the next file or
/// socket would get that number, and log lines would be written into it. main() calls it first.
/// Returns false when /dev/null cannot be opened.
[[nodiscard]] bool openMissingStreams();

/// Numbers of the standard streams.
inline constexpr int kStandardInput = 0;
inline constexpr int kStandardError = 2;
/// Whether a person sits at the other end of a stream.
[[nodiscard]] bool isTerminal(int stream);

} // namespace flaredeck::app
