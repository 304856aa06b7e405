#pragma once

#include "core/store/values.h"

/// How lists and other members without an SQL type of their own are written into a column: as JSON
/// text.
namespace flaredeck::store::column {

[[nodiscard]] QString fromList(const QStringList &list);
[[nodiscard]] QStringList toList(const QString &text);

[[nodiscard]] QString fromScopes(const ScopeSet &scopes);
[[nodiscard]] ScopeSet toScopes(const QString &text);

[[nodiscard]] QString fromAccounts(const QList<AccountRef> &accounts);
[[nodiscard]] QList<AccountRef> toAccounts(const QString &text);

[[nodiscard]] QString fromJson(const Json &value);
/// An empty object when the text is no JSON.
[[nodiscard]] Json toJson(const QString &text);

/// Empty for calls that asked nothing of Cloudflare.
[[nodiscard]] QString fromUpstream(const QList<UpstreamRequest> &requests);
[[nodiscard]] QList<UpstreamRequest> toUpstream(const QString &text);

} // namespace flaredeck::store::column
