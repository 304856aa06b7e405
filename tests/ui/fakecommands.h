#pragma once

#include "core/service/commands.h"

#include <QStringList>

namespace flaredeck::ui {

/// Writes down what the window asked for and answers at once.
class FakeCommands : public service::Commands, public service::CommandQueue
{
public:
    QStringList asked; ///< "forgetClient c1"
    Result<> answer;
    Result<oauth::personclient::Added> added = oauth::personclient::Added{
        {QStringLiteral("c_Zm9vYmFyYmF6cXV4")}, "fDk3s8UqvM2wX5yT7bN1cR4eH6jL9pA0gKzQiVoWxYs"};

    Result<quint16> listen(quint16 port) override
    {
        const auto done = note("listen", QString::number(port));
        return done ? Result<quint16>(port) : fail(done.error());
    }
    /// "revoke g1 g2 signOut", "revoke all changeKey"
    Result<> revoke(const service::RevokeOrder &order) override
    {
        QStringList words;
        for (const GrantId &id : order.grants)
            words << id.value;
        if (order.all)
            words << QStringLiteral("all");
        if (order.signOut)
            words << QStringLiteral("signOut");
        if (order.changeKey)
            words << QStringLiteral("changeKey");
        return note("revoke", words.join(QLatin1Char(' ')));
    }
    Result<> withdrawAccount(const GrantId &id, const QString &accountId) override
    {
        return note("withdrawAccount", id.value + QLatin1Char(' ') + accountId);
    }
    Result<> withdrawScope(const GrantId &id, const QString &scope) override
    {
        return note("withdrawScope", id.value + QLatin1Char(' ') + scope);
    }
    Result<oauth::personclient::Added> addClient(const oauth::personclient::Draft &draft) override
    {
        const QString kind =
            draft.confidential ? QStringLiteral("confidential") : QStringLiteral("public");
        asked << QStringLiteral("addClient %1 %2 %3")
                     .arg(draft.name, draft.redirectUris.join(QLatin1Char(',')), kind);
        return added;
    }
    Result<> forgetClient(const ClientId &id) override { return note("forgetClient", id.value); }
    Result<> forgetApproval(const QString &id) override { return note("forgetApproval", id); }
    Result<> blockClient(const ClientId &id) override { return note("blockClient", id.value); }
    Result<> unblockClient(const ClientId &id) override { return note("unblockClient", id.value); }
    void disconnectSession(const QString &handle) override { note("disconnectSession", handle); }
    /// "setRule c1 tool:add ask"; "usual" in place of the policy when the rule goes.
    Result<> setRule(const ClientId &client, const QString &subject,
                     std::optional<Policy> policy) override
    {
        return note("setRule", client.value + QLatin1Char(' ') + subject + QLatin1Char(' ') +
                                   (policy ? nameOf(*policy) : QStringLiteral("usual")));
    }
    Result<mcp::ToolResult> toolResult = mcp::ToolResult::text(QStringLiteral("done"));
    Json triedArguments;
    Task<Result<mcp::ToolResult>> tryTool(QString tool, Json arguments, QString account) override
    {
        triedArguments = std::move(arguments);
        note("tryTool", tool + QLatin1Char(' ') + account);
        co_return Result<mcp::ToolResult>(toolResult);
    }
    connect::Survey survey;
    Result<connect::SetupPlan> setupPlan;
    Task<Result<connect::Survey>> surveyClients() override
    {
        co_return Result<connect::Survey>(survey);
    }
    Task<Result<connect::SetupPlan>> planSetup(const service::SetupOrder &order) override
    {
        note("planSetup", words(order));
        co_return Result<connect::SetupPlan>(setupPlan);
    }
    Task<Result<>> writeSetup(const service::SetupOrder &order, QByteArray token) override
    {
        co_return note("writeSetup", words(order) + QLatin1Char(' ') + QString::fromLatin1(token));
    }
    Task<Result<QString>> undoSetup(QString client) override
    {
        const auto done = note("undoSetup", client);
        co_return done ? Result<QString>(QStringLiteral("It is as it was before."))
                       : fail(done.error());
    }
    Task<Result<QStringList>> updateSetups() override
    {
        const auto done = note("updateSetups");
        co_return done ? Result<QStringList>(QStringList{QStringLiteral("Claude Code")})
                       : fail(done.error());
    }
    Result<> switchServer(const QString &name, bool isOn) override
    {
        return note("switchServer", name + (isOn ? QStringLiteral(" on") : QStringLiteral(" off")));
    }
    Task<Result<QString>> addServer(QString url, QString title, bool mayBePrivate) override
    {
        const auto done =
            note("addServer", url + QLatin1Char(' ') + title +
                                  (mayBePrivate ? QStringLiteral(" private") : QString()));
        co_return done ? Result<QString>(QStringLiteral("example")) : fail(done.error());
    }
    Result<> removeServer(const QString &name) override { return note("removeServer", name); }
    Task<Result<>> signInToServer(QString name) override { co_return note("signInToServer", name); }
    QString leftAtServer; ///< what signOutOfServer() answers
    Task<Result<QString>> signOutOfServer(QString name) override
    {
        const auto done = note("signOutOfServer", name);
        co_return done ? Result<QString>(leftAtServer) : fail(done.error());
    }
    Task<Result<>> testServer(QString name) override { co_return note("testServer", name); }
    Result<> acceptTool(const QString &server, const QString &tool) override
    {
        return note("acceptTool", server + QLatin1Char(' ') + tool);
    }
    Task<Result<>> signIn() override { co_return note("signIn"); }
    void cancelSignIn(const QString &id) override { note("cancelSignIn", id); }
    store::Login tokenLogin; ///< what is found out about a token
    Task<Result<store::Login>> addApiToken(Secret token) override
    {
        const auto done = note("addApiToken", QString::fromUtf8(token.reveal()));
        co_return done ? Result<store::Login>(tokenLogin) : fail(done.error());
    }
    Result<> setSignInScopes(const ScopeSet &scopes) override
    {
        return note("setSignInScopes",
                    QStringList(scopes.begin(), scopes.end()).join(QLatin1Char(' ')));
    }
    Task<Result<>> testSignIn(LoginId id) override { co_return note("testSignIn", id.value); }
    Task<Result<>> signOut(LoginId id) override { co_return note("signOut", id.value); }
    Result<> setProviderClient(const QString &clientId, const Secret &secret) override
    {
        return note("setProviderClient",
                    clientId + QLatin1Char(' ') + QString::fromUtf8(secret.reveal()));
    }
    Result<> importDevVars(const QString &file) override { return note("importDevVars", file); }
    void useThisSessionOnly() override { note("useThisSessionOnly"); }
    Task<Result<>> retryKeychain() override { co_return note("retryKeychain"); }
    Task<Result<>> startAnew() override { co_return note("startAnew"); }
    Task<Result<>> rotateVaultKey() override { co_return note("rotateVaultKey"); }
    service::ForgetPlan forgetPlan;
    QStringList left; ///< of forgetEverything
    Task<Result<service::ForgetPlan>> planForgetting() override
    {
        const auto done = note("planForgetting");
        co_return done ? Result<service::ForgetPlan>(forgetPlan) : fail(done.error());
    }
    Task<Result<QStringList>> forgetEverything(QByteArray token) override
    {
        const auto done = note("forgetEverything", QString::fromLatin1(token));
        co_return done ? Result<QStringList>(left) : fail(done.error());
    }
    store::SealState seal = store::SealState::Intact;
    store::SealState checkAuditSeal(const store::AuditSeal &) override { return seal; }
    void clearHistory() override { note("clearHistory"); }
    void applySettings() override { note("applySettings"); }

private:
    void post(std::function<void(service::Commands &)> work) override { work(*this); }

    static QString words(const service::SetupOrder &order)
    {
        return order.client +
               (order.way == connect::Way::Http ? QStringLiteral(" http")
                                                : QStringLiteral(" bridge")) +
               (order.alsoHosted ? QStringLiteral(" hosted") : QString());
    }

    Result<> note(const char *command, const QString &argument = {})
    {
        const QString name = QString::fromLatin1(command);
        asked << (argument.isEmpty() ? name : name + QLatin1Char(' ') + argument);
        return answer;
    }
};

} // namespace flaredeck::ui
