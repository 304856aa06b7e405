#pragma once

#include "core/base/identity.h"
#include "core/provider/facts.h"

namespace flaredeck {

namespace scopes {

/// Every client gets it; consent cannot remove it: lists tools and accounts.
inline const QString kBaseline = QStringLiteral("mcp:read");

/// All scopes in the order in which consent shows them, the baseline first.
[[nodiscard]] const QList<ScopeInfo> &catalogue();
[[nodiscard]] const ScopeInfo *find(const QString &name);

/// Space-separated (RFC 6749 §3.3). Unknown names are dropped; the result always holds the
/// baseline.
[[nodiscard]] ScopeSet parse(const QString &text);
[[nodiscard]] QString print(const ScopeSet &scopes);
/// No character outside the grammar of RFC 6749 §3.3.
[[nodiscard]] bool isWellFormed(const QString &text);

/// Every scope of the catalogue: what a client that names none is offered.
[[nodiscard]] ScopeSet all();
[[nodiscard]] bool contains(const ScopeSet &granted, const QString &needed); ///< write implies read
/// The provider's scopes for a set of ours, with those that every sign-in asks for.
[[nodiscard]] QStringList upstreamFor(const ScopeSet &scopes);

/// Whether the recorded ids of a sign-in tell what it holds. API tokens come without any, and
/// clients of the provider's own may name them in another way.
[[nodiscard]] bool isTelling(const QStringList &held);
/// Those of the provider's scopes of `scope` that a sign-in with `held` lacks; none where that is
/// not known.
[[nodiscard]] QStringList missingUpstream(const QString &scope, const QStringList &held);
/// Our scopes that such a sign-in does not open.
[[nodiscard]] ScopeSet lackedBy(const QStringList &held);

} // namespace scopes
} // namespace flaredeck
