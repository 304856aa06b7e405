#pragma once

#include "core/base/paths.h"

#include <QStringList>

/// Removing all that Flaredeck keeps for a person. Blocks for the disk; no database may be open.
namespace flaredeck {

/// The files of ours that are in a data directory, whole paths; another program's are not among
/// them. Links are named, never followed.
[[nodiscard]] QStringList dataFiles(const DataDir &data);

/// Removes those files, and the directory when nothing else is in it. A link is removed, what it
/// leads to is not. Answers what is left, a sentence each: cause and what to do.
[[nodiscard]] QStringList eraseData(const DataDir &data);

} // namespace flaredeck
