#pragma once

#include "core/base/result.h"
#include "core/base/task.h"

#include <QHostAddress>
#include <QList>

#include <stop_token>

namespace flaredeck::http {

constexpr int kLookUpMs = 10'000;

/// The addresses of a host, as the system finds them. Offline when there are none, Timeout after
/// kLookUpMs.
[[nodiscard]] Task<Result<QList<QHostAddress>>> lookUp(QString host, std::stop_token stop);

} // namespace flaredeck::http
