#pragma once

#include "core/base/result.h"
#include "core/base/task.h"

#include <QHostAddress>
#include <QList>

#include <functional>
#include <stop_token>

namespace flaredeck::http {

constexpr int kLookUpMs = 10'000;

/// The addresses of a host, as the system finds them. Offline when there are none, Timeout after
/// kLookUpMs.
[[nodiscard]] Task<Result<QList<QHostAddress>>> lookUp(QString host, std::stop_token stop);

/// How web sites that others name are reached; tests bring a network of their own.
struct Network {
    using Resolver =
        std::function<Task<Result<QList<QHostAddress>>>(QString host, std::stop_token stop)>;
    using AddressRule = std::function<bool(const QHostAddress &)>;

    Resolver resolve;   ///< by default the system's
    AddressRule admits; ///< by default isPublic()

    static Network system();
};

} // namespace flaredeck::http
