#pragma once

#include "core/remote/remotecredentials.h"
#include "core/remote/remotesignins.h"
#include "tests/core/provider/upstreamfixture.h"

#include <QUrlQuery>

#include <memory>
#include <optional>

namespace flaredeck::test {

using namespace Qt::Literals::StringLiterals;

/// Shared, because a task that a test leaves running ends after the test.
template <typename T>
using Kept = std::shared_ptr<std::optional<T>>;

template <typename T>
Task<> keep(Task<T> task, Kept<T> kept)
{
    *kept = co_await task;
}

/// A scripted remote server that is its own authority, on this computer, and all that signs in to
/// it.
struct RemoteSetup {
    using Outcome = Result<store::Remote>;

    RemoteSetup()
        : store(clock)
        , remotes(*store.vault, store.logins)
        , reach(client)
        , signIns(remotes, reach, prompter, clock)
        , credentials(remotes, reach, clock)
    {
        store::Remote remote;
        remote.name = u"notes"_s;
        remote.title = u"Notes"_s;
        remote.url = upstream.origin().toString() + u"/mcp"_s;
        remote.isAdded = true;
        remote.mayBePrivate = true;
        if (const Result<> added = remotes.add(remote); !added)
            qFatal("%s", qPrintable(added.error().text()));
    }
    ~RemoteSetup() { waiting.request_stop(); }

    [[nodiscard]] std::string at(const char *path) const
    {
        return upstream.origin().toString().toStdString() + path;
    }
    [[nodiscard]] Json resourceDocument() const
    {
        return {{"resource", at("/mcp")}, {"authorization_servers", {at("")}}};
    }
    [[nodiscard]] Json serverDocument() const
    {
        return {{"issuer", at("")},
                {"authorization_endpoint", at("/authorize")},
                {"token_endpoint", at("/token")},
                {"registration_endpoint", at("/register")},
                {"revocation_endpoint", at("/revoke")},
                {"code_challenge_methods_supported", {"S256"}},
                {"token_endpoint_auth_methods_supported", {"none"}},
                {"authorization_response_iss_parameter_supported", true}};
    }
    void serve(const Json &resource, const Json &server)
    {
        const std::string challenge = "Bearer realm=\"OAuth\", resource_metadata=\"" +
                                      at("/.well-known/oauth-protected-resource/mcp") + '"';
        upstream.on("/mcp", http::Response::empty(
                                401, {{"WWW-Authenticate", QByteArray::fromStdString(challenge)}}));
        upstream.on("/.well-known/oauth-protected-resource/mcp",
                    http::Response::json(200, resource));
        upstream.on("/.well-known/oauth-authorization-server", http::Response::json(200, server));
    }
    void serveAll()
    {
        serve(resourceDocument(), serverDocument());
        upstream.on("/register", http::Response::json(201, {{"client_id", "client-1"}}));
        upstream.on("/token", issued("at-1", "rt-1"));
        upstream.on("/revoke", http::Response::empty(200));
    }

    void start() { keep<Outcome>(signIns.signIn(u"notes"_s, {}, waiting.get_token()), kept); }
    [[nodiscard]] bool isShown() const { return !prompter.requests.isEmpty(); }
    [[nodiscard]] QUrlQuery page() const { return QUrlQuery(prompter.requests.last().url); }
    [[nodiscard]] QString parameter(const QString &name) const
    {
        return page().queryItemValue(name, QUrl::FullyDecoded);
    }
    /// The browser comes back.
    http::ClientResponse comeBack(const QString &query)
    {
        QUrl url = prompter.requests.last().callback;
        url.setQuery(query);
        http::ClientRequest request;
        request.url = url;
        const auto response = QCoro::waitFor(browser.send(request, {}));
        return response ? *response : http::ClientResponse{};
    }
    [[nodiscard]] QString goodAnswer() const
    {
        return u"code=c1&state=%1&iss=%2"_s.arg(parameter(u"state"_s),
                                                upstream.origin().toString());
    }
    [[nodiscard]] store::Remote remote() const { return *remotes.remote(u"notes"_s); }
    /// A sign-in as it is after a while.
    void signedIn(Millis expiresIn)
    {
        store::Remote known = remote();
        remote::Authority authority;
        authority.issuer = upstream.origin().toString();
        authority.resource = known.url;
        authority.authorize = QUrl(authority.issuer + u"/authorize"_s);
        authority.token = QUrl(authority.issuer + u"/token"_s);
        authority.registration = QUrl(authority.issuer + u"/register"_s);
        authority.revocation = QUrl(authority.issuer + u"/revoke"_s);
        known.authority = authority.toJson();
        known.state = store::RemoteState::Ok;
        known.clientId = u"client-1"_s;
        known.clientIssuer = authority.issuer;
        known.registeredAt = known.signedInAt = known.refreshedAt = clock.now();
        known.expiresAt = clock.now() + expiresIn;
        const Result<> saved = remotes.signIn(known, {Secret("at-0"), Secret("rt-0"), Secret()});
        if (!saved)
            qFatal("%s", qPrintable(saved.error().text()));
    }
    Result<Secret> token() { return QCoro::waitFor(credentials.accessToken(u"notes"_s, {})); }

    std::stop_source waiting;
    ManualClock clock;
    ScriptedUpstream upstream;
    http::HttpClient client;
    http::HttpClient browser;
    FakePrompter prompter;
    StoreFixture store;
    store::RemoteStore remotes;
    remote::Reach reach;
    remote::RemoteSignIns signIns;
    remote::RemoteCredentials credentials;
    const Kept<Outcome> kept = std::make_shared<std::optional<Outcome>>();
    std::optional<Outcome> &outcome = *kept;
};

} // namespace flaredeck::test
