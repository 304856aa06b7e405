#pragma once

#include "core/base/json.h"

#include <QString>

/// What the doctor checks in each system's own way.
namespace flaredeck::app::doctor {

[[nodiscard]] Json check(const char *name, bool isWell, const QString &found,
                         const QString &remedy = {});
/// "1.5 MB", "12 GB".
[[nodiscard]] QString space(qint64 bytes);
[[nodiscard]] bool hasSessionBus();
[[nodiscard]] Json dataDirectory(const QString &root);
/// The place at which the app with that data directory listens for its bridge.
[[nodiscard]] Json localSocket(const QString &root);

} // namespace flaredeck::app::doctor
