#pragma once

#include "ui/commands.h"

#include <QPromise>
#include <QStringList>

namespace flaredeck::ui {

/// Writes down what the window asked for and answers at once.
class FakeCommands : public Commands
{
public:
    QStringList asked; ///< "forgetClient c1"
    Result<> answer;
    Result<oauth::personclient::Added> added = oauth::personclient::Added{
        {QStringLiteral("c_Zm9vYmFyYmF6cXV4")}, "fDk3s8UqvM2wX5yT7bN1cR4eH6jL9pA0gKzQiVoWxYs"};

    Answer listen(quint16 port) override { return note("listen", QString::number(port)); }
    /// "revoke g1 g2 signOut", "revoke all changeKey"
    Answer revoke(const service::RevokeOrder &order) override
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
    Answer withdrawAccount(const GrantId &id, const QString &accountId) override
    {
        return note("withdrawAccount", id.value + QLatin1Char(' ') + accountId);
    }
    Answer withdrawScope(const GrantId &id, const QString &scope) override
    {
        return note("withdrawScope", id.value + QLatin1Char(' ') + scope);
    }
    QFuture<Result<oauth::personclient::Added>>
    addClient(const oauth::personclient::Draft &draft) override
    {
        const QString kind =
            draft.confidential ? QStringLiteral("confidential") : QStringLiteral("public");
        asked << QStringLiteral("addClient %1 %2 %3")
                     .arg(draft.name, draft.redirectUris.join(QLatin1Char(',')), kind);
        QPromise<Result<oauth::personclient::Added>> promise;
        promise.start();
        promise.addResult(added);
        promise.finish();
        return promise.future();
    }
    Answer forgetClient(const ClientId &id) override { return note("forgetClient", id.value); }
    Answer forgetApproval(const QString &id) override { return note("forgetApproval", id); }
    Answer blockClient(const ClientId &id) override { return note("blockClient", id.value); }
    Answer unblockClient(const ClientId &id) override { return note("unblockClient", id.value); }
    Answer disconnectSession(const QString &handle) override
    {
        return note("disconnectSession", handle);
    }
    Answer signIn() override { return note("signIn"); }
    Answer cancelSignIn(const QString &id) override { return note("cancelSignIn", id); }
    Answer addApiToken(Secret token) override
    {
        return note("addApiToken", QString::fromUtf8(token.reveal()));
    }
    Answer signOut(const LoginId &id) override { return note("signOut", id.value); }
    Answer setCloudflareClient(const QString &clientId, Secret secret) override
    {
        return note("setCloudflareClient",
                    clientId + QLatin1Char(' ') + QString::fromUtf8(secret.reveal()));
    }
    Answer importDevVars(const QString &file) override { return note("importDevVars", file); }
    Answer useThisSessionOnly() override { return note("useThisSessionOnly"); }
    Answer retryKeychain() override { return note("retryKeychain"); }
    Answer startAnew() override { return note("startAnew"); }
    Answer rotateVaultKey() override { return note("rotateVaultKey"); }
    Answer clearHistory() override { return note("clearHistory"); }

private:
    Answer note(const char *command, const QString &argument = {})
    {
        const QString name = QString::fromLatin1(command);
        asked << (argument.isEmpty() ? name : name + QLatin1Char(' ') + argument);
        QPromise<Result<>> promise;
        promise.start();
        promise.addResult(answer);
        promise.finish();
        return promise.future();
    }
};

} // namespace flaredeck::ui
