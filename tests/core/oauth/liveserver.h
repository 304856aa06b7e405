#pragma once

#include "core/base/crypto.h"
#include "core/oauth/authorizationserver.h"
#include "core/oauth/endpoints/corspolicy.h"
#include "tests/core/oauth/fakelogins.h"
#include "tests/core/oauth/fakeprompter.h"
#include "tests/core/oauth/testvault.h"
#include "tests/support/manualclock.h"

namespace flaredeck::oauth {

using namespace test;

/// The authorization server on a real port, with a protected endpoint and the Cloudflare callback.
class LiveServer
{
public:
    explicit LiveServer(DocumentNetwork network = DocumentNetwork::system())
        : documents(std::move(network))
        , http({}, std::make_unique<http::HostGate>(corsOf, isNavigation))
    {
        start();
        const auto protectedEndpoint = [this](const http::RequestPtr &request,
                                              const http::ExchangePtr &exchange) {
            const auto caller = oauth->authenticate(*request);
            exchange->respond(caller ? http::Response::json(200, Json::object()) : caller.error());
        };
        http.route("/mcp", protectedEndpoint);
        http.route("/sse", protectedEndpoint);
        http.route(
            "/oauth/callback", [this](const http::RequestPtr &, const http::ExchangePtr &exchange) {
                logins.finish(FakeLogins::ada());
                exchange->respond(http::Response::empty(303, {{"Location", oauth->returnPage()}}));
            });
        const auto listening = http.listen(0);
        if (!listening)
            qFatal("%s", qPrintable(listening.error().text()));
    }

    /// As after a restart of the app.
    void restart()
    {
        oauth.reset();
        vault.reopen();
        start();
    }

    ManualClock clock;
    TestVault vault{clock};
    FakeLogins logins;
    FakePrompter prompter;
    QByteArray key = "a key of the keychain";
    DocumentNetwork documents;
    [[nodiscard]] Secret successorKey() const
    {
        return key.isEmpty() ? Secret() : Secret(crypto::sha256(key));
    }
    std::unique_ptr<AuthorizationServer> oauth;
    http::HttpServer http;

private:
    void start()
    {
        oauth = std::make_unique<AuthorizationServer>(
            *vault, logins, prompter, [this] { return successorKey(); }, clock, documents);
        oauth->install(http);
    }
};

} // namespace flaredeck::oauth
