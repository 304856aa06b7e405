#pragma once

#include "core/oauth/consent/requester.h"
#include "core/store/values.h"

#include <functional>
#include <optional>

namespace flaredeck::oauth {

/// A request to /authorize that may go on to a person.
struct AuthorizeRequest {
    store::Client client;
    QString redirectUri;
    QByteArray challenge;            ///< PKCE, method S256
    std::optional<QByteArray> state; ///< decoded once, given back byte for byte
    ScopeSet scopes;                 ///< known ones that it named, and the baseline
    QStringList resources;           ///< canonical paths
    QByteArray issuer;               ///< the spelling of our origin that the client uses
    Requester requester = {};

    /// The same request again, whoever sent it.
    [[nodiscard]] bool isTwinOf(const AuthorizeRequest &other) const;
    /// The same request again from the same sender: a reloaded tab.
    [[nodiscard]] bool isReloadOf(const AuthorizeRequest &other) const;
    /// The answer passes through the hands of whoever asked: it leads to an app, to a web site or
    /// to a page in that browser.
    [[nodiscard]] bool answersRequester() const;
    /// Only challenge, state and the port on this computer differ.
    [[nodiscard]] bool asksTheSameAs(const AuthorizeRequest &other) const;
    /// The same for the same sender, so that one decision of a person fits both if the same program
    /// listens.
    [[nodiscard]] bool mayShareAnswerWith(const AuthorizeRequest &other) const;
};

/// Why a request to /authorize goes no further. Without a redirect URI the answer stays here:
/// sending a browser to an unchecked address would make us an open redirector.
struct AuthorizeRefusal {
    QByteArray code;
    QString description;
    QString redirectUri;
    std::optional<QByteArray> state;
};

using ClientLookup = std::function<std::optional<store::Client>(const ClientId &)>;

/// Reads and checks the parameters (OAuth 2.1 §4.1.1, RFC 7636 §4.3, RFC 8707 §2). Pure.
[[nodiscard]] tl::expected<AuthorizeRequest, AuthorizeRefusal>
parseAuthorizeRequest(const QByteArray &encoded, const QByteArray &issuer, quint16 ownPort,
                      const ClientLookup &findClient);

/// The address that tells the client about success or failure; always names the issuer (RFC 9207).
[[nodiscard]] QByteArray codeRedirect(const AuthorizeRequest &request, const QByteArray &code);
[[nodiscard]] QByteArray errorRedirect(const AuthorizeRefusal &refusal, const QByteArray &issuer);

} // namespace flaredeck::oauth
