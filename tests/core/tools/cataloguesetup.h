#pragma once

#include "core/provider/scopes.h"
#include "core/providers/cloudflare/cloudflare.h"
#include "core/tools/catalogue.h"
#include "tests/core/provider/upstreamfixture.h"

namespace flaredeck::test {

using namespace Qt::Literals::StringLiterals;
using mcp::ToolResult;

inline const QList<AccountRef> kOne{{u"a1"_s, u"One"_s}};
inline const QList<AccountRef> kTwo{{u"a1"_s, u"One"_s}, {u"a2"_s, u"Two"_s}};

/// A client that keeps a session, and notes what it is told and asked.
struct ToolClient : mcp::CallContext {
    explicit ToolClient(Json &state)
        : session(state)
    {
    }

    void progress(double done, double total, const QString &) override
    {
        steps << std::pair(done, total);
    }
    void log(mcp::LogLevel level, const Json &data) override { logged << std::pair(level, data); }
    void hold(bool isHeld) override { held << isHeld; }
    bool lackScopes(const ScopeSet &needed) override
    {
        lacked = needed;
        return true;
    }
    [[nodiscard]] bool canAsk(const mcp::InputRequest &) const override { return bool(answer); }
    [[nodiscard]] Task<Result<Json>> ask(QList<mcp::InputRequest> requests) override
    {
        questions << requests;
        Result<Json> given = answer(requests.constFirst());
        if (!given)
            co_return given;
        Json answers = Json::object();
        answers[requests.constFirst().key.toStdString()] = std::move(*given);
        co_return answers;
    }
    [[nodiscard]] bool keepsSession() const override { return hasSession; }
    [[nodiscard]] Json sessionState() const override
    {
        return hasSession ? session : Json::object();
    }
    void setSessionState(const Json &state) override { session = state; }

    Json &session;
    bool hasSession = true;
    QList<std::pair<double, double>> steps;
    QList<std::pair<mcp::LogLevel, Json>> logged;
    QList<bool> held;
    ScopeSet lacked;
    QList<mcp::InputRequest> questions;
    std::function<Result<Json>(const mcp::InputRequest &)> answer; ///< empty: it cannot be asked
};

/// The tools against a scripted Cloudflare.
struct CatalogueSetup {
    enum class Ruled { No, Yes }; ///< whether rules decide about calls

    explicit CatalogueSetup(Ruled ruled = Ruled::No)
        : store(clock)
        , credentials(store.logins, http, upstream.endpoints(), publicClient, clock)
        , client(*cloudflare, http, credentials, upstream.endpoints())
        , catalogue(std::make_unique<tools::Catalogue>(
              *cloudflare, client,
              [this](store::CallRecord record) { records.append(std::move(record)); }, clock,
              [this](tools::PermitRequest request) { return decide(std::move(request)); },
              [this](const LoginId &) { return rights; }, ruled == Ruled::Yes ? &rules : nullptr))
    {
        store.add("at", "rt", clock.now() + 3'600'000);
        store::Client known;
        known.id = caller()->client;
        known.name = caller()->clientName;
        known.createdAt = clock.now();
        if (!store.vault->clients.save(known))
            qFatal("the client was not saved");
    }

    static CallerPtr caller(const QList<AccountRef> &accounts = kOne,
                            const ScopeSet &scopes = {u"mcp:read"_s, u"workers:read"_s,
                                                      u"observability:read"_s})
    {
        return std::make_shared<CallerIdentity>(CallerIdentity{GrantId{u"g1"_s}, ClientId{u"c1"_s},
                                                               u"Tester"_s, LoginId{u"login-1"_s},
                                                               scopes, accounts});
    }

    std::shared_ptr<ToolClient> context(const CallerPtr &who = caller())
    {
        auto made = std::make_shared<ToolClient>(session);
        made->caller = who;
        return made;
    }

    ToolResult call(const QString &tool, const Json &arguments, mcp::CallContextPtr with)
    {
        const auto result = QCoro::waitFor(catalogue->call(tool, arguments, std::move(with)));
        if (!result)
            return ToolResult::error(u"protocol error: "_s + result.error().text());
        return *result;
    }
    ToolResult call(const QString &tool, const Json &arguments = Json::object())
    {
        return call(tool, arguments, context());
    }

    /// What the person said, about what.
    std::function<Result<tools::Permitted>(const tools::PermitRequest &)> permit;
    QList<tools::PermitRequest> asked;
    QList<std::pair<QString, QString>> before; ///< how things were, as the last one was shown
    Task<Result<tools::Permitted>> decide(tools::PermitRequest request)
    {
        asked << request;
        before.clear();
        if (request.readBefore) {
            auto reading = request.readBefore();
            before = co_await reading;
        }
        const Result<tools::Permitted> answer =
            permit ? permit(request)
                   : fail(Error::Kind::Denied,
                          u"Nobody allows it: %1."_s.arg(scopes::print(request.missing)));
        co_return answer;
    }

    /// What the sign-in holds; nothing = not known.
    std::optional<tools::UpstreamRights> rights;

    static QStringList names(const QList<mcp::Tool> &tools)
    {
        QStringList list;
        for (const mcp::Tool &tool : tools)
            list << tool.name;
        return list;
    }

    ManualClock clock;
    ScriptedUpstream upstream;
    http::HttpClient http;
    StoreFixture store;
    tools::Rules rules{store.vault->rules, clock};
    const std::unique_ptr<provider::Provider> cloudflare = cloudflare::makeProvider();
    provider::Credentials credentials;
    provider::ApiClient client;
    QList<store::CallRecord> records;
    Json session = Json::object();
    std::unique_ptr<tools::Catalogue> catalogue;
};

} // namespace flaredeck::test
