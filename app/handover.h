#pragma once

#include <vector>

/// What the program with a window does in each system's own way before there is one.
namespace flaredeck::app {

/// Whether somebody reads standard error. Nobody does when a desktop started the program: it is
/// then the journal's socket or /dev/null, and on Windows nothing.
[[nodiscard]] bool isStandardErrorRead();
/// Goes on as another program with these arguments, of which the first is its name and the last is
/// null. Does not return when that is possible (Windows: returns its exit code once it has ended);
/// else -1, and qt_error_string() says why.
[[nodiscard]] int becomeProgram(const char *path, const std::vector<char *> &arguments);

} // namespace flaredeck::app
