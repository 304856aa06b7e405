#pragma once

#include "core/cloudflare/identity.h"
#include "core/store/values.h"

namespace flaredeck::cloudflare {

/// The login to store for an identity. The same person signing in again keeps the id, so that
/// grants go on; another person never gets it.
[[nodiscard]] store::Login loginFor(const Identity &identity, store::LoginKind kind, bool sandbox,
                                    const QList<store::Login> &existing, Millis now);

} // namespace flaredeck::cloudflare
