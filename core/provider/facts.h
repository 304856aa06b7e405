#pragma once

#include "core/base/identity.h"
#include "core/base/json.h"
#include "core/base/policy.h"

#include <QMap>
#include <QRegularExpression>
#include <QStringList>
#include <QUrl>

namespace flaredeck {

/// One of our scopes: what it means to a person, and which of the provider's scopes it needs.
struct ScopeInfo {
    QString name;         ///< "workers:read"
    QString summary;      ///< "See Workers and their code"
    QString label;        ///< the product in one word
    bool write = false;   ///< can change things
    QStringList upstream; ///< the provider's own scopes that the sign-in needs for it
    QString risk;         ///< what can go wrong with it; empty = nothing much
};

namespace provider {

/// A provider's addresses. Fixed; a stand-in replaces the origin with its own.
struct Endpoints {
    QUrl authorize;
    QUrl token;
    QUrl revoke;
    QUrl api;           ///< no trailing slash
    QUrl documentation; ///< the site's root; is never sent a credential
    bool sandbox = false;
    QMap<QString, QUrl> sites = {}; ///< more public sites by name; are never sent a credential

    /// A site by its name, or "documentation"; invalid when there is none of this name.
    [[nodiscard]] QUrl site(const QString &name) const;
};

/// A group of tools with its own endpoint.
struct Toolset {
    QString name;            ///< of a-z, 0-9 and -
    Json file;               ///< as resources/providers/toolset.schema.json describes it
    ScopeSet scopes = {};    ///< ours, that its tools need, those of included ones too
    bool deprecated = false; ///< by the provider: off until a person switches it on
};

/// How things of one kind that calls name are found: by id, or by the name that people know.
struct Lookup {
    QString name;
    QString what;            ///< "zone"
    QRegularExpression id;   ///< a text that is an id
    QString getPath;         ///< below the API's address, with {id}
    QString listPath;        ///< and the list of all
    QString nameParameter;   ///< of the list's query
    Json::json_pointer idAt; ///< in an item
    Json::json_pointer nameAt;
    Json::json_pointer accountAt; ///< the id of the account that it belongs to
};

/// A remote MCP server of the provider's own.
struct HostedServer {
    QString name; ///< of its toolset
    QString title;
    QString summary;
    QUrl url;
    bool isPublic = false;              ///< needs no sign-in
    bool isDeprecated = false;          ///< by the provider
    QMap<QString, Effect> effects = {}; ///< what its tools do, by their names there
};

/// One of the provider's rights, as its page for API tokens names it.
struct TokenRight {
    QString id;   ///< as a scope of OAuth: "workers-scripts.read"
    QString key;  ///< in the page's address
    QString type; ///< "read", "edit", "run" and so on
    /// Its key is documented. Pages skip what they do not know without a word, so a person has to
    /// be told to look for the others.
    bool confirmed = false;
    QString probe; ///< a harmless GET below the API's address, {account} in it; may be empty
};

/// API tokens: a credential that a person makes on the provider's pages and pastes here.
struct ApiTokens {
    QUrl userPage;            ///< makes tokens of the person
    QUrl accountPage;         ///< makes tokens of an account, which outlive the person's membership
    QRegularExpression shape; ///< of a text that is probably such a token
    QStringList always;       ///< rights without which no token is of use
    QStringList alwaysOfUser; ///< and those of a person's token
    QList<TokenRight> rights;

    [[nodiscard]] const TokenRight *find(const QString &id) const;
};

/// A provider's data: names, addresses, rights, scopes, toolsets.
struct Facts {
    QString name; ///< "Cloudflare"
    Endpoints endpoints;
    QByteArray accountHeader;             ///< a client's header that names the account
    QByteArray requestIdHeader;           ///< of an answer; what the support asks for; may be empty
    QList<QByteArray> credentialPrefixes; ///< prefixes of the provider's tokens, as opposed to ours
    QByteArray clientIdVariable; ///< of the client id, in the environment and .dev.vars files
    QByteArray clientSecretVariable;
    QStringList identityRights; ///< requested by every sign-in
    QString renewalRight;       ///< makes the provider give refresh tokens
    QString instructions;       ///< for a model: what this is
    QString hostedDomain;       ///< of the provider's own MCP servers; empty = none is known
    QList<ScopeInfo> scopes;    ///< in the order in which consent shows them, the baseline first
    QList<Toolset> toolsets;
    QList<Lookup> lookups;
    ApiTokens apiTokens; ///< without pages when the provider has none
    QList<HostedServer> hosted;
    int hostedSignInDays = 0; ///< how long a sign-in to one of those lasts; 0 = unknown
    QString folder;           ///< where the facts were read; toolsets name files in it

    /// The same addresses on a stand-in's origin; there a site is below /sites/ and its name.
    [[nodiscard]] Endpoints endpointsAt(const QUrl &standIn) const;
};

/// Reads `provider.json` and `toolsets/*.json`. The error names the file.
[[nodiscard]] Result<Facts> readFacts(const QString &folder);

/// The facts of this program's provider, read once: the built-in ones unless readFactsFrom() was
/// called first. Invalid facts end the program with an error that names the file. Any thread.
[[nodiscard]] const Facts &facts();
/// Makes facts() read another folder than the built-in one. Called before the first facts().
void readFactsFrom(const QString &folder);

} // namespace provider
} // namespace flaredeck
