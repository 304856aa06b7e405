#pragma once

#include "core/base/crypto.h"
#include "core/oauth/grants/tokenservice.h"
#include "tests/core/oauth/fakelogins.h"
#include "tests/core/oauth/fakeprompter.h"
#include "tests/core/oauth/testvault.h"
#include "tests/support/manualclock.h"

namespace flaredeck::oauth {

using namespace test;

/// The classes below the endpoints, on a fresh vault, with one registered client.
class Issuer
{
public:
    static inline const QByteArray kVerifier = QByteArray(43, 'v');

    Issuer() { client = registerClient(); }

    store::Client registerClient()
    {
        store::Client draft;
        draft.name = QStringLiteral("Test client");
        draft.redirectUris = {QStringLiteral("http://localhost:3334/cb")};
        draft.authMethod = QStringLiteral("none");
        draft.grantTypes = {QStringLiteral("authorization_code"), QStringLiteral("refresh_token")};
        return clients.add(draft, {})->client;
    }

    QByteArray code(const store::Client &forClient, Millis lifetime = 0,
                    const QStringList &resources = {QStringLiteral("/")})
    {
        store::Grant grant;
        grant.id.value = crypto::randomId();
        grant.client = forClient.id;
        grant.login.value = QStringLiteral("login1");
        grant.scopes = {QStringLiteral("mcp:read"), QStringLiteral("workers:read")};
        grant.accounts = FakeLogins::ada().accounts;
        grant.resources = resources;
        grant.createdAt = clock.now();
        grant.expiresAt = lifetime > 0 ? clock.now() + lifetime : 0;
        lastGrant = grant.id;
        AuthorizeRequest request;
        request.client = forClient;
        request.redirectUri = forClient.redirectUris.first();
        request.challenge = crypto::pkceChallenge(kVerifier);
        request.resources = resources;
        return *tokens.issueCode(grant, request);
    }

    TokenService::Tokens tokensOf(const QByteArray &forCode)
    {
        return *tokens.redeem({client, forCode, kVerifier, std::nullopt, {}});
    }

    Answer<TokenService::Tokens> refresh(const QByteArray &token)
    {
        return tokens.refresh({client, token, std::nullopt, {}});
    }

    bool accepts(const QByteArray &accessToken)
    {
        return grants.use(crypto::sha256(accessToken)) != nullptr;
    }

    /// What the next process makes of the same vault.
    struct Restarted {
        explicit Restarted(Issuer &before)
            : clients(*before.vault, before.clock)
            , grants(*before.vault, clients, before.clock)
            , tokens(*before.vault, grants, before.logins, before.person,
                     [&before] { return before.successorKey(); })
        {
        }
        ClientRegistry clients;
        GrantBook grants;
        TokenService tokens;
    };

    ManualClock clock;
    TestVault vault{clock};
    FakeLogins logins;
    FakePrompter person;
    QByteArray key = "a key of the keychain";
    void rotateKey()
    {
        const Secret before = successorKey();
        key += '\'';
        if (!vault->tokens.sealSuccessorsAnew(before, successorKey()))
            qFatal("cannot seal with another key");
    }
    [[nodiscard]] Secret successorKey() const
    {
        return key.isEmpty() ? Secret() : Secret(crypto::sha256(key));
    }
    ClientRegistry clients{*vault, clock};
    GrantBook grants{*vault, clients, clock};
    TokenService tokens{*vault, grants, logins, person, [this] { return successorKey(); }};
    store::Client client;
    GrantId lastGrant;
};

} // namespace flaredeck::oauth
