#pragma once

#include "core/base/json.h"

#include <QStringList>
#include <QUrl>

namespace flaredeck {

/// One of our scopes: what it means to a person, and which rights of the provider it stands on.
struct ScopeInfo {
    QString name;         ///< "workers:read"
    QString summary;      ///< "See Workers and their code"
    QString label;        ///< the product in one word
    bool write = false;   ///< can change things
    QStringList upstream; ///< the provider's own scopes that the sign-in needs for it
};

namespace provider {

/// Where a provider is. Pinned; a stand-in puts its own origin in place.
struct Endpoints {
    QUrl authorize;
    QUrl token;
    QUrl revoke;
    QUrl api;           ///< no trailing slash
    QUrl documentation; ///< the site's root; never sees a credential
    bool sandbox = false;
};

/// A group of tools with an address of its own.
struct Toolset {
    QString name; ///< of a-z, 0-9 and -
    Json file;    ///< as resources/providers/toolset.schema.json describes it
};

/// What data says of a provider: names, addresses, rights, scopes, toolsets.
struct Facts {
    QString name; ///< "Cloudflare"
    Endpoints endpoints;
    QByteArray accountHeader;             ///< a client's header that names the account
    QList<QByteArray> credentialPrefixes; ///< of tokens that are the provider's, not ours
    QByteArray clientIdVariable;          ///< of the environment and of .dev.vars files
    QByteArray clientSecretVariable;
    QStringList identityRights; ///< every sign-in asks for them
    QString renewalRight;       ///< makes the provider give refresh tokens
    QString instructions;       ///< for a model: what this is
    QList<ScopeInfo> scopes;    ///< in the order in which consent shows them, the baseline first
    QList<Toolset> toolsets;
    QString folder; ///< where they were read; toolsets name files beside them

    /// The same places on the origin of a stand-in.
    [[nodiscard]] Endpoints endpointsAt(const QUrl &standIn) const;
};

/// Reads `provider.json` and `toolsets/*.json`. The error names the file.
[[nodiscard]] Result<Facts> readFacts(const QString &folder);

/// Those of this program's provider, read once: the built-in ones unless readFactsFrom() came
/// first. Broken ones end the program with the file's name. Any thread.
[[nodiscard]] const Facts &facts();
/// Takes another folder instead of the built-in one. Called before the first facts().
void readFactsFrom(const QString &folder);

} // namespace provider
} // namespace flaredeck
