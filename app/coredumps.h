#pragma once

namespace flaredeck::app {

/// Disables core dumps of this process: a crash must not write keys and tokens to disk, where other
/// programs of the same user could read them. Returns whether the system agreed. Does nothing
/// outside of Linux.
bool forbidCoreDumps();

} // namespace flaredeck::app
