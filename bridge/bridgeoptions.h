#pragma once

#include <QCommandLineOption>
#include <QList>
#include <QString>

/// The options of flaredeck-bridge as a table: its help and its manual are made from it. QtCore
/// alone.
namespace flaredeck::bridge {

[[nodiscard]] QString description();
[[nodiscard]] QList<QCommandLineOption> options();

} // namespace flaredeck::bridge
