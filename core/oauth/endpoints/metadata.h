#pragma once

#include "core/http/httpmessage.h"

/// The discovery documents (RFC 8414, RFC 9728). Pure.
namespace flaredeck::oauth::metadata {

/// Also the scope of every 401 challenge. A client may keep it next to its tokens and throw those
/// away when it changes, so it is the same for ever.
inline const QByteArray kChallengeScope = QByteArrayLiteral("mcp:read");

/// What a person may switch off.
struct Options {
    bool opensRegistration = true; ///< clients may register themselves (RFC 7591)
    /// Say that answers name their issuer (RFC 9207 §3). They do in any case; a client that loses
    /// `iss` on its way is refused by its own library once it was promised, and which client reads
    /// the document is not known.
    bool promisesIssuer = false;
    bool acceptsDocuments = true; ///< clients may be described by a web site instead
};

/// Everything below /.well-known/, and the places below each endpoint where clients look for it.
[[nodiscard]] http::Response answer(const http::Request &request, const Options &options = {});

[[nodiscard]] Json authorizationServer(const QByteArray &issuer, const Options &options = {});
/// `suffix` is the endpoint as the client spelled it ("/mcp/?x=y"), empty for the whole server.
[[nodiscard]] Json protectedResource(const QByteArray &issuer, const QByteArray &suffix);

} // namespace flaredeck::oauth::metadata
