#pragma once

#include "core/provider/facts.h"

#include <memory>

namespace flaredeck::provider {

/// What clients of this program can be granted: the facts' scopes and toolsets, and those of remote
/// servers, which come and go while it runs.
struct Offer {
    QList<ScopeInfo> scopes; ///< in the order in which consent shows them, the baseline first
    QList<Toolset> toolsets;
};

/// As it is now; a value that stays as it is. Any thread.
[[nodiscard]] std::shared_ptr<const Offer> offer();
/// Replaces what was offered besides the facts'. Core thread.
void offerBesides(const QList<ScopeInfo> &scopes, const QList<Toolset> &toolsets);
/// Its toolsets; safe to iterate over. Any thread.
[[nodiscard]] inline QList<Toolset> toolsets()
{
    return offer()->toolsets;
}

} // namespace flaredeck::provider
