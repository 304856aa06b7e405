#pragma once

#include "core/http/httpserver.h"
#include "core/prompt/prompter.h"
#include "core/provider/apiclient.h"
#include "core/provider/credentials.h"
#include "core/store/vault/loginstore.h"
#include "tests/support/keychains.h"
#include "tests/support/manualclock.h"

#include <QCoroTask>
#include <QHash>
#include <QTemporaryDir>
#include <QTest>

/// Shared by the tests of core/provider: a provider with scripted
/// answers, and a store with a login.
namespace flaredeck::test {

/// A loopback server that sends prepared answers for each path, repeats the last one, and records
/// the requests.
class ScriptedUpstream
{
public:
    using Step = std::function<void(const http::RequestPtr &, const http::ExchangePtr &)>;

    ScriptedUpstream()
    {
        server.setFallback(
            [this](const http::RequestPtr &request, const http::ExchangePtr &exchange) {
                seen.append(request);
                QList<Step> &steps = script[request->path];
                if (steps.isEmpty()) {
                    exchange->respond(http::Response::empty(599));
                    return;
                }
                const Step step = steps.size() > 1 ? steps.takeFirst() : steps.first();
                step(request, exchange);
            });
        const Result<quint16> port = server.listen(0);
        if (!port)
            qFatal("the scripted upstream cannot listen: %s", qPrintable(port.error().message));
    }

    [[nodiscard]] QUrl origin() const
    {
        return QUrl(QStringLiteral("http://127.0.0.1:%1").arg(server.port()));
    }
    [[nodiscard]] provider::Endpoints endpoints() const
    {
        return provider::facts().endpointsAt(origin());
    }

    void on(const QByteArray &path, const http::Response &response)
    {
        script[path].append(
            [response](const auto &, const auto &exchange) { exchange->respond(response); });
    }
    void on(const QByteArray &path, Step step) { script[path].append(std::move(step)); }
    /// Closes the connection without an answer.
    void cut(const QByteArray &path)
    {
        script[path].append([](const auto &, const auto &exchange) { exchange->abort(); });
    }
    /// Delays answers until release().
    void hold(const QByteArray &path)
    {
        script[path].append([this](const auto &, const auto &exchange) { held.append(exchange); });
    }
    void release(const http::Response &response)
    {
        for (const http::ExchangePtr &exchange : std::exchange(held, {}))
            exchange->respond(response);
    }

    [[nodiscard]] int count(const QByteArray &path) const
    {
        return static_cast<int>(
            std::count_if(seen.begin(), seen.end(),
                          [&path](const auto &request) { return request->path == path; }));
    }
    [[nodiscard]] http::RequestPtr last(const QByteArray &path) const
    {
        for (auto it = seen.rbegin(); it != seen.rend(); ++it) {
            if ((*it)->path == path)
                return *it;
        }
        return std::make_shared<http::Request>();
    }

    http::HttpServer server;
    QHash<QByteArray, QList<Step>> script;
    QList<http::RequestPtr> seen;
    QList<http::ExchangePtr> held;
};

inline http::Response enveloped(const Json &result, const Json &info = nullptr)
{
    return http::Response::json(200, {{"success", true},
                                      {"result", result},
                                      {"errors", Json::array()},
                                      {"messages", Json::array()},
                                      {"result_info", info}});
}

inline http::Response refused(int status, int code, const char *message, http::Headers headers = {})
{
    return http::Response::json(status,
                                {{"success", false},
                                 {"result", nullptr},
                                 {"errors", Json::array({{{"code", code}, {"message", message}}})},
                                 {"messages", Json::array()}},
                                std::move(headers));
}

inline http::Response issued(const char *access, const char *refresh, int seconds = 3600)
{
    Json body{{"access_token", access}, {"token_type", "bearer"}, {"expires_in", seconds}};
    if (refresh)
        body["refresh_token"] = refresh;
    return http::Response::json(200, body);
}

/// A store on disk with an open keychain, in its own directory.
class StoreFixture
{
public:
    /// `answers`: whether the keychain has answered; otherwise logins.unlock() makes it.
    explicit StoreFixture(const Clock &clock, bool answers = true)
        : vault(openVault(directory.filePath(QStringLiteral("vault.db")), clock))
        , logins(*vault, std::make_unique<MemoryKeychain>())
    {
        if (answers)
            QCoro::waitFor(logins.unlock({}));
    }

    /// Saves a login that has the given tokens.
    store::Login add(const QByteArray &access, const QByteArray &refresh, Millis expiresAt,
                     store::LoginKind kind = store::LoginKind::OAuth)
    {
        store::Login login;
        login.id = LoginId{QStringLiteral("login-1")};
        login.kind = kind;
        login.userId = QStringLiteral("user-1");
        login.email = QStringLiteral("ada@example.com");
        login.accounts = {{QStringLiteral("acc1"), QStringLiteral("One")}};
        login.expiresAt = expiresAt;
        const Result<> saved = logins.save(login, {Secret(access), Secret(refresh)});
        if (!saved)
            qFatal("cannot save a login: %s", qPrintable(saved.error().message));
        return login;
    }

    QTemporaryDir directory;
    std::unique_ptr<store::Vault> vault;
    store::LoginStore logins;

private:
    static std::unique_ptr<store::Vault> openVault(const QString &file, const Clock &clock)
    {
        auto opened = store::Vault::open(file, clock);
        if (!opened)
            qFatal("cannot open a vault: %s", qPrintable(opened.error().message));
        return *std::move(opened);
    }
};

/// Shows nothing; records what it was asked to show.
class FakePrompter : public Prompter
{
public:
    void ask(const prompt::AnyQuestion &question) override
    {
        const auto &signIn = std::get<prompt::SignIn>(question);
        requests.append(signIn.request());
        if (!vanishes)
            signIn.answer(shown);
    }
    void withdraw(const QString &id, const QString &error) override { ended.append({id, error}); }
    void warn(const QString &, const QString &) override {}

    SignInShown shown{SignInSurface::Shown, {}};
    bool vanishes = false; ///< before it has shown anything
    QList<SignInRequest> requests;
    QList<std::pair<QString, QString>> ended;
};

inline provider::ClientConfig publicClient()
{
    return {QStringLiteral("client-1"), Secret(), QStringLiteral("settings")};
}

} // namespace flaredeck::test
