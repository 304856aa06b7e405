#pragma once

#include <QStringList>

/// The toolsets: groups of tools that have addresses of their own.
namespace flaredeck::toolsets {

/// Of a-z, 0-9 and -.
[[nodiscard]] const QStringList &names();

} // namespace flaredeck::toolsets
