#pragma once

#include "core/provider/signins.h"
#include "core/providers/cloudflare/cloudflare.h"
#include "tests/core/provider/upstreamfixture.h"

#include <functional>
#include <memory>
#include <optional>

namespace flaredeck::test {

using namespace Qt::Literals::StringLiterals;

using Outcome = Result<store::Login>;
inline const QByteArray kTokenPath = "/oauth2/token";

/// Shared, because a sign-in that a test leaves running ends after the test.
using Kept = std::shared_ptr<std::optional<Outcome>>;

inline Task<> keepOutcome(Task<Outcome> task, Kept kept)
{
    *kept = co_await task;
}

/// A sign-in at a scripted Cloudflare.
struct Setup {
    explicit Setup(provider::ClientConfig (*config)() = publicClient, bool keychainAnswers = true)
        : store(clock, keychainAnswers)
        , login(*cloudflare, store.logins, client, upstream.endpoints(), config, prompter, clock)
    {
        login.setCallback(QUrl(u"http://localhost:8788/oauth/callback"_s));
    }

    /// A Cloudflare that answers every request as it should.
    void scriptSuccess()
    {
        upstream.on(kTokenPath, issued("at", "rt", 3600));
        scriptIdentity();
    }
    void scriptIdentity(const char *user = "u1")
    {
        upstream.on("/client/v4/user", enveloped({{"id", user}, {"email", "ada@example.com"}}));
        upstream.on("/client/v4/accounts",
                    enveloped(Json::array({{{"id", "a1"}, {"name", "One"}}})));
        for (const char *path :
             {"/client/v4/user/tokens/verify", "/client/v4/accounts/a1/tokens/verify"})
            upstream.on(path, enveloped({{"id", "t1"}, {"status", "active"}}));
    }

    ~Setup() { waiting.request_stop(); }

    void start(std::function<void(const QByteArray &)> toTab = {})
    {
        keepOutcome(login.signIn(std::move(toTab), waiting.get_token()), kept);
    }
    [[nodiscard]] QByteArray state() const { return stateOf(prompter.requests.last().url); }
    static QByteArray stateOf(const QUrl &page)
    {
        return QUrlQuery(page).queryItemValue(u"state"_s).toLatin1();
    }

    http::Response callback(const QByteArray &query, http::Method method = http::Method::Get)
    {
        auto request = std::make_shared<http::Request>();
        request->method = method;
        request->path = "/oauth/callback";
        request->query = query;
        return QCoro::waitFor(login.handleCallback(request, {}));
    }

    std::stop_source waiting; ///< for the sign-in
    ManualClock clock;
    ScriptedUpstream upstream;
    http::HttpClient client;
    FakePrompter prompter;
    StoreFixture store;
    const std::unique_ptr<provider::Provider> cloudflare = cloudflare::makeProvider();
    provider::SignIns login;
    const Kept kept = std::make_shared<std::optional<Outcome>>();
    std::optional<Outcome> &outcome = *kept;
};

} // namespace flaredeck::test
