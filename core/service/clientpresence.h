#pragma once

#include "core/service/snapshot.h"

namespace flaredeck::service {

/// What is said of a client, everywhere. A session that is stored says nothing: its client may be
/// gone since yesterday, and the session outlives both programs.
enum class ClientPresence {
    OpenNow,  ///< a stream or a call of it is open, or it was heard of within moments
    Seen,     ///< it may come, and was heard of before
    NotSeen,  ///< it may come, and was not heard of yet
    NoAccess, ///< no grant of it is live
    Blocked
};

/// Clients that keep no stream open are open for that long after their last request.
constexpr Millis kOpenAfterRequest = 15'000;

[[nodiscard]] ClientPresence presenceOf(const ClientView &client, Millis now);
[[nodiscard]] int openClients(const Snapshot &snapshot, Millis now);

} // namespace flaredeck::service
