#pragma once

namespace flaredeck::app {

/// Puts /dev/null where standard input, output or error is closed: the next file or socket would
/// get its number otherwise, and log lines would be written into it. First of all in main(). False
/// when even that cannot be had.
[[nodiscard]] bool openMissingStreams();

} // namespace flaredeck::app
