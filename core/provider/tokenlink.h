#pragma once

#include "core/provider/facts.h"

namespace flaredeck::provider {

enum class TokenOwnedBy { Person, Account };

/// The page that makes an API token, with its form filled in. Opening it makes nothing: a person
/// confirms there, and copies the token.
struct TokenLink {
    QUrl url; ///< invalid when the provider has no such page
    /// Rights whose keys are not documented: a person has to look whether they are there.
    QStringList unconfirmed = {};
    /// Rights for which no key is known: a person has to add them.
    QStringList missing = {};
};

/// Exactly the provider's rights that `wanted` scopes of ours need, and those without which no
/// token is of use. Where one key is needed to read and to edit, only the edit is asked for, which
/// includes the other. Pure.
[[nodiscard]] TokenLink tokenLink(const Facts &facts, const ScopeSet &wanted, TokenOwnedBy owner);

/// What a person may choose before the products.
enum class Reach { ReadOnly, ReadAndChange };
/// Our scopes of a preset, deprecated products left out.
[[nodiscard]] ScopeSet scopesOf(const Facts &facts, Reach reach);

/// Whether a text, trimmed, looks like one of the provider's API tokens.
[[nodiscard]] bool isTokenShaped(const Facts &facts, const QString &text);

} // namespace flaredeck::provider
