#include "core/base/logging.h"
#include "core/oauth/endpoints/tokenendpoint.h"
#include "core/oauth/grants/bearerguard.h"
#include "core/provider/scopes.h"
#include "tests/core/oauth/issuer.h"
#include "tests/fuzz/fuzztarget.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

using namespace flaredeck;
using namespace flaredeck::oauth;
using namespace Qt::Literals::StringLiterals;

namespace {

/// A vault with one grant of a public client, and what a thief would like to have of it.
class Booty
{
public:
    Booty()
    {
        renewTokens();
        store::Client draft = issuer.client;
        draft.authMethod = u"client_secret_basic"_s;
        confidential = *issuer.clients.add(draft, {});
    }

    void renewTokens()
    {
        tokens = issuer.tokensOf(issuer.code(issuer.client));
        ++spent;
    }

    /// Puts what is real in the place of @words@.
    QByteArray fill(QByteArray text)
    {
        if (text.contains("@code@")) {
            code = issuer.code(issuer.client);
            text.replace("@code@", code);
            ++spent;
        }
        return text.replace("@client@", issuer.client.id.value.toUtf8())
            .replace("@verifier@", Issuer::kVerifier)
            .replace("@refresh@", tokens.refresh)
            .replace("@access@", tokens.access)
            .replace("@confidential@", confidential.client.id.value.toUtf8())
            .replace("@secret@", confidential.secret);
    }

    Issuer issuer;
    TokenService::Tokens tokens;
    ClientRegistry::Registered confidential;
    QByteArray code;
    int spent = 0; ///< codes given out
};

void checkError(const http::Response &response, const Booty &booty)
{
    const auto body = json::parse(response.body);
    MUST(body);
    static constexpr std::array kCodes{"invalid_request"_L1,        "invalid_client"_L1,
                                       "invalid_grant"_L1,          "unauthorized_client"_L1,
                                       "unsupported_grant_type"_L1, "invalid_scope"_L1,
                                       "invalid_target"_L1,         "temporarily_unavailable"_L1};
    const QString error = json::stringAt(*body, "error").value_or(QString());
    MUST(std::find(kCodes.begin(), kCodes.end(), error) != kCodes.end());
    const QString description = json::stringAt(*body, "error_description").value_or(QString());
    MUST(!description.isEmpty() && description == oautherror::printable(description));
    for (const QByteArray &secret :
         {booty.tokens.access, booty.tokens.refresh, booty.code, booty.confidential.secret})
        MUST(secret.isEmpty() || !response.body.contains(secret));
}

/// Only who knows the code with its verifier, or the refresh token, gets tokens.
void checkTokens(const http::Response &response, const http::Form &form, Booty &booty)
{
    const auto body = json::parse(response.body);
    MUST(body);
    const QByteArray access = json::stringAt(*body, "access_token").value_or(QString()).toUtf8();
    MUST(booty.issuer.accepts(access));
    MUST(json::stringAt(*body, "token_type") == u"Bearer"_s);
    for (const QString &scope : scopes::parse(json::stringAt(*body, "scope").value_or(QString())))
        MUST(scope == "mcp:read"_L1 || scope == "workers:read"_L1);

    MUST(form.value("client_id") == booty.issuer.client.id.value);
    if (form.value("grant_type") == u"refresh_token"_s) {
        MUST(form.value("refresh_token")->toUtf8() == booty.tokens.refresh);
        return;
    }
    MUST(form.value("grant_type") == u"authorization_code"_s);
    MUST(!booty.code.isEmpty() && form.value("code")->toUtf8() == booty.code);
    MUST(form.value("code_verifier")->toUtf8() == Issuer::kVerifier);
    const auto redirect = form.value("redirect_uri");
    MUST(!redirect || redirect == booty.issuer.client.redirectUris.first());
}

void checkResponse(const http::Response &response, const http::Form &form, bool isRevocation,
                   Booty &booty)
{
    MUST(response.headers.value("Cache-Control") == "no-store");
    if (response.status != 200) {
        MUST(response.status >= 400 && response.status < 500);
        checkError(response, booty);
    } else if (isRevocation) {
        MUST(response.body.isEmpty());
    } else {
        checkTokens(response, form, booty);
    }
}

QCoreApplication *s_application = nullptr; // for the database driver
Booty *s_booty = nullptr;

void renewBooty()
{
    delete s_booty;
    s_booty = new Booty;
}

void prepare()
{
    static int argc = 1;
    static char name[] = "fuzz";
    static char *argv[] = {name, nullptr};
    s_application = new QCoreApplication(argc, argv);
    QLoggingCategory::setFilterRules(u"*=false"_s);
    renewBooty();
    fuzz::atEnd([] {
        delete s_booty;
        delete s_application;
    });
}

} // namespace

/// The first line is the Authorization header, the rest the form. @client@, @code@, @verifier@,
/// @refresh@, @access@, @confidential@ and @secret@ stand for what this server gave out.
FUZZ_TARGET(token)
{
    if (!s_booty)
        prepare();
    Booty *const booty = s_booty;
    const QByteArray filled = booty->fill(input);
    const qsizetype end = filled.indexOf('\n');
    http::Request request;
    request.method = http::Method::Post;
    request.path = "/token";
    request.peer.localPort = 8788;
    request.headers = {{"Host", "localhost:8788"},
                       {"Content-Type", "application/x-www-form-urlencoded"}};
    if (end > 0)
        request.headers.append("Authorization", filled.left(end));
    request.body = end < 0 ? filled : filled.mid(end + 1);
    const auto form = http::Form::parse(request.body);

    request.path = "/mcp";
    BearerGuard guard(booty->issuer.grants, booty->issuer.clock);
    const auto caller = guard.check(request);
    const QByteArray authorization = request.headers.value("Authorization");
    if (caller)
        MUST(authorization.mid(7).trimmed() == booty->tokens.access);
    else
        MUST(caller.error().status == 401 && caller.error().headers.contains("WWW-Authenticate"));

    // Of its own each time: one that failed too often would answer nothing else.
    TokenEndpoint endpoint(booty->issuer.vault->audit, booty->issuer.clients, booty->issuer.tokens,
                           booty->issuer.clock);
    const bool isRevocation = form.contains("token") && !form.contains("grant_type");
    const http::Response answer = endpoint.token(request, {});
    checkResponse(answer, form, isRevocation, *booty);
    checkResponse(endpoint.revoke(request), form, true, *booty);

    // Whatever tokens it got or ended, the next input finds a grant.
    const bool changed =
        !booty->issuer.accepts(booty->tokens.access) || (answer.status == 200 && !isRevocation);
    if (booty->spent > 500)
        renewBooty();
    else if (changed)
        booty->renewTokens();
}
