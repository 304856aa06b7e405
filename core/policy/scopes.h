#pragma once

#include "core/base/identity.h"

#include <QList>
#include <QString>
#include <QStringList>

namespace flaredeck {

/// One of our scopes: what it means to a person, and which Cloudflare scopes it stands on.
struct ScopeInfo {
    QString name;         ///< "workers:read"
    QString summary;      ///< "See Workers and their code"
    bool write = false;   ///< can change things
    QStringList upstream; ///< Cloudflare scope ids (dot form) that the sign-in needs for it
};

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
/// Cloudflare scope ids for a set of ours, with identity scopes and offline_access.
[[nodiscard]] QStringList upstreamFor(const ScopeSet &scopes);

/// Whether the recorded ids of a sign-in tell what it holds. API tokens come without any, and the
/// catalogue of Cloudflare's own clients names scopes in another way.
[[nodiscard]] bool isTelling(const QStringList &held);
/// Those of the Cloudflare scopes of `scope` that a sign-in with `held` lacks; none where that is
/// not known.
[[nodiscard]] QStringList missingUpstream(const QString &scope, const QStringList &held);
/// Our scopes that such a sign-in does not open.
[[nodiscard]] ScopeSet lackedBy(const QStringList &held);

} // namespace scopes
} // namespace flaredeck
