#pragma once

#include "core/base/json.h"
#include "core/base/secret.h"
#include "core/base/task.h"
#include "core/remote/challenge.h"
#include "core/remote/reach.h"

#include <optional>

namespace flaredeck::remote {

/// Who gives tokens for a remote server, and under which conditions: the parts that we use of its
/// protected resource metadata (RFC 9728) and authorization server metadata (RFC 8414).
struct Authority {
    QString issuer;
    QString resource; ///< what tokens are asked for (RFC 8707), as the metadata spells it
    QUrl authorize;
    QUrl token;
    QUrl registration;          ///< invalid = takes no registrations
    QUrl revocation;            ///< invalid = none
    QStringList scopes;         ///< that the resource names; empty = ask for none
    QStringList authMethods;    ///< of the token endpoint; empty = not said
    bool sendsIssuer = false;   ///< with every answer (RFC 9207)
    bool renewsByScope = false; ///< gives refresh tokens for the scope offline_access

    /// As store::Remote::authority keeps it.
    [[nodiscard]] Json toJson() const;
    [[nodiscard]] static std::optional<Authority> fromJson(const Json &stored);
    bool operator==(const Authority &) const = default;
};

/// What a server says to a request without a token.
struct Greeting {
    bool isOpen = false;        ///< it answers: no sign-in is needed
    QByteArray wwwAuthenticate; ///< otherwise
};

/// Finds out how to sign in to a server. Core thread.
class Discovery
{
public:
    explicit Discovery(const Reach &reach);

    /// Asks the server itself. OAuth never starts without its 401.
    [[nodiscard]] Task<Result<Greeting>> greet(Server server, std::stop_token stop) const;
    /// Whether the server takes this token: Unauthorized when it does not.
    [[nodiscard]] Task<Result<>> tryToken(Server server, Secret token, std::stop_token stop) const;
    /// The authority of the server that answered with this challenge: protected resource metadata
    /// at the address that the challenge names, else at the two well-known ones, then authorization
    /// server metadata, whose issuer must be the one that was asked for. A server without protected
    /// resource metadata is its own authority, at its origin (as MCP 2025-03-26 has it). Errors:
    /// Denied says which rule the metadata breaks; Upstream, Offline and Timeout may pass.
    [[nodiscard]] Task<Result<Authority>> find(Server server, Challenge challenge,
                                               std::stop_token stop) const;

private:
    const Reach &m_reach;
};

} // namespace flaredeck::remote
