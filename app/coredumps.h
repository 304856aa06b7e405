#pragma once

namespace flaredeck::app {

/// A crash must not write the keys and tokens in memory to disk, and other programs of the same
/// user must not read them from there. For this process; returns whether the system agreed. Does
/// nothing outside of Linux.
bool forbidCoreDumps();

} // namespace flaredeck::app
