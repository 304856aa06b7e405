#pragma once

#include "core/base/identity.h"
#include "core/provider/facts.h"

#include <optional>

namespace flaredeck::scopes {

/// The scope that every client gets and consent cannot remove: lists tools and accounts.
inline const QString kBaseline = QStringLiteral("mcp:read");

/// All scopes that are offered now, in the order in which consent shows them, the baseline first.
/// Any thread.
[[nodiscard]] QList<ScopeInfo> catalogue();
[[nodiscard]] std::optional<ScopeInfo> find(const QString &name);

/// Space-separated (RFC 6749 §3.3). Unknown names are dropped; the result always contains the
/// baseline.
[[nodiscard]] ScopeSet parse(const QString &text);
[[nodiscard]] QString print(const ScopeSet &scopes);
/// True when every character is allowed by the grammar of RFC 6749 §3.3.
[[nodiscard]] bool isWellFormed(const QString &text);

/// Every scope of the catalogue: offered to a client that requests none.
[[nodiscard]] ScopeSet all();
[[nodiscard]] bool contains(const ScopeSet &granted, const QString &needed); ///< write implies read
/// The provider's scopes for a set of ours, plus those that every sign-in requests.
[[nodiscard]] QStringList upstreamFor(const ScopeSet &scopes);

/// Whether what these open stands on a sign-in to the provider: not when they are of remote servers
/// alone, which have their own.
[[nodiscard]] bool needSignIn(const ScopeSet &scopes);

/// Whether the provider's scopes of a login are known. API tokens come without any, and the
/// provider's own clients may name them in another way.
[[nodiscard]] bool isKnown(const QStringList &held);
/// The provider's scopes that `scope` needs and a login with `held` lacks. When `held` is not
/// isKnown(), those of `lacks`, which were tried in vain.
[[nodiscard]] QStringList missingUpstream(const QString &scope, const QStringList &held,
                                          const QStringList &lacks = {});
/// Our scopes that a login with `held` and `lacks` does not support.
[[nodiscard]] ScopeSet lackedBy(const QStringList &held, const QStringList &lacks = {});
/// `wanted` without those that need one of the provider's scopes.
[[nodiscard]] ScopeSet without(const ScopeSet &wanted, const QString &upstream);

} // namespace flaredeck::scopes
