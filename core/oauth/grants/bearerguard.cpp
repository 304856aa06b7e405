#include "core/oauth/grants/bearerguard.h"

#include "core/base/crypto.h"
#include "core/oauth/endpoints/challenge.h"
#include "core/oauth/endpoints/oautherror.h"
#include "core/oauth/endpoints/resource.h"
#include "core/oauth/grants/accesstoken.h"
#include "core/provider/scopes.h"

namespace flaredeck::oauth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr QByteArrayView kScheme{"Bearer "};

http::Response withChallenge(const OAuthError &error, const QByteArray &line)
{
    http::Response response = error.toResponse();
    response.headers.set("WWW-Authenticate", line);
    return response;
}

bool hasTokenInQuery(const QByteArray &query)
{
    return query.startsWith("access_token=") || query.contains("&access_token=");
}

} // namespace

BearerGuard::BearerGuard(GrantBook &grants, const Clock &clock)
    : m_grants(grants)
    , m_clock(clock)
    , m_failures(60, 60'000, 30'000)
{
}

tl::expected<CallerPtr, http::Response> BearerGuard::check(const http::Request &request)
{
    if (!request.query.isEmpty() && hasTokenInQuery(request.query)) {
        const OAuthError error{400, "invalid_request",
                               u"Send the access token in the Authorization header."_s};
        return tl::unexpected(withChallenge(error, challenge(request, error.code)));
    }

    const QByteArray header = request.headers.value("Authorization");
    if (header.size() <= kScheme.size() ||
        qstrnicmp(header.constData(), kScheme.data(), size_t(kScheme.size())) != 0) {
        // RFC 6750 §3.1: no error code in the challenge for a request that does not try to
        // authenticate. The body is for the people to whom clients show it.
        const OAuthError error{
            401, "invalid_token",
            u"Sign in first: this server needs OAuth. Let the client sign in, or "
            "connect to this server in it again; Flaredeck then asks what the "
            "client may do."_s};
        return tl::unexpected(withChallenge(error, challenge(request)));
    }

    // RFC 6750 §2.1: one space or more.
    const QByteArray presented = header.sliced(kScheme.size()).trimmed();
    const QByteArray hash = crypto::sha256(presented);
    const accesstoken::Kind kind = accesstoken::kindOf(presented);
    const GrantBook::Token *token =
        kind == accesstoken::Kind::Possible ? m_grants.use(hash) : nullptr;
    if (!token || (token->cover & resource::endpointOf(request.path)).none())
        return tl::unexpected(refuseToken(request, hash, kind));
    return token->live->caller;
}

http::Response BearerGuard::insufficientScope(const http::Request &request, const ScopeSet &needed)
{
    const OAuthError error{403, "insufficient_scope",
                           u"This call needs scopes that the client was not given."_s};
    return withChallenge(error, challenge(request, error.code, error.description.toLatin1(),
                                          scopes::print(needed).toLatin1()));
}

http::Response BearerGuard::refuseToken(const http::Request &request, const QByteArray &hash,
                                        accesstoken::Kind kind)
{
    // A client that repeats a dead token is slowed down by that token, not by its address: on
    // loopback all clients share one, and a busy loop of one must not keep the others from their
    // 401.
    if (const int wait = m_failures.take(hash, m_clock.monotonic()); wait > 0)
        return oautherror::tooMany(u"This token was refused too often."_s, wait).toResponse();
    // Taking it would be token passthrough, which the MCP specification forbids: nobody would have
    // agreed to what the client may do with it.
    const QString description =
        kind == accesstoken::Kind::Provider
            ? u"This is a credential of Cloudflare, which no client may use here. Add it under "
              "Settings in Flaredeck, take it out of the client, and let the client sign in."_s
            : u"The access token is unknown, expired, revoked or for another address."_s;
    const OAuthError error{401, "invalid_token", description};
    return withChallenge(error, challenge(request, error.code, error.description.toLatin1()));
}

} // namespace flaredeck::oauth
