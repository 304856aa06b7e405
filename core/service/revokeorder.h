#pragma once

#include "core/base/identity.h"

#include <QList>

namespace flaredeck::service {

/// What a person takes back.
struct RevokeOrder {
    QList<GrantId> grants = {};
    bool all = false;       ///< every grant, whatever `grants` says
    bool signOut = false;   ///< of those sign-ins that no grant stands on afterwards
    bool changeKey = false; ///< the vault gets another key, when the rest is done
};

} // namespace flaredeck::service
