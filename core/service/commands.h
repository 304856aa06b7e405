#pragma once

#include "core/base/identity.h"
#include "core/base/policy.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/base/task.h"
#include "core/connect/connector.h"
#include "core/mcp/types.h"
#include "core/oauth/clients/personclient.h"
#include "core/service/forgetplan.h"
#include "core/service/revokeorder.h"
#include "core/store/audit/audit.h"

#include <QFuture>
#include <QPromise>
#include <QString>

#include <functional>
#include <memory>
#include <optional>
#include <tuple>
#include <type_traits>

namespace flaredeck::service {

/// How a client is to be connected.
struct SetupOrder {
    QString client; ///< id in the table of clients
    connect::Way way = connect::Way::Bridge;
    bool alsoHosted = false; ///< entries for the provider's own servers are replaced, too

    bool operator==(const SetupOrder &) const = default;
};

/// Everything that a person can do in the window. The core carries it out, on its own thread; other
/// threads use CommandQueue.
class Commands
{
public:
    virtual ~Commands() = default;

    /// PortTaken is a state, not an end: try again with another port.
    virtual Result<quint16> listen(quint16 port) = 0;

    // Grants and clients
    /// The snapshot's receipt tells what it did; see Revocation.
    virtual Result<> revoke(const RevokeOrder &order) = 0;
    virtual Result<> withdrawScope(const GrantId &id, const QString &scope) = 0;
    /// The last account of a grant cannot be taken alone.
    virtual Result<> withdrawAccount(const GrantId &id, const QString &accountId) = 0;
    virtual Result<oauth::personclient::Added>
    addClient(const oauth::personclient::Draft &draft) = 0;
    virtual Result<> forgetClient(const ClientId &id) = 0;
    virtual Result<> forgetApproval(const QString &id) = 0;
    virtual Result<> blockClient(const ClientId &id) = 0;
    virtual Result<> unblockClient(const ClientId &id) = 0;
    virtual void disconnectSession(const QString &handle) = 0;

    // Tools
    /// See tools::RuleBook::isRule(): a client or all, what, and how; without a policy the rule
    /// goes.
    virtual Result<> setRule(const ClientId &client, const QString &subject,
                             std::optional<Policy> policy) = 0;
    /// Runs a tool as the person who is signed in, whatever the rules say, and records it as
    /// theirs. `account` by id or name; empty where there is one only. Unauthorized without a
    /// sign-in.
    [[nodiscard]] virtual Task<Result<mcp::ToolResult>> tryTool(QString tool, Json arguments,
                                                                QString account) = 0;

    // Connecting clients: see connect::Connector
    [[nodiscard]] virtual Task<Result<connect::Survey>> surveyClients() = 0;
    [[nodiscard]] virtual Task<Result<connect::SetupPlan>> planSetup(const SetupOrder &order) = 0;
    /// Makes the change that was planned by the same order, and shown.
    [[nodiscard]] virtual Task<Result<>> writeSetup(const SetupOrder &order, QByteArray token) = 0;
    /// Answers what was done.
    [[nodiscard]] virtual Task<Result<QString>> undoSetup(QString client) = 0;
    /// After another port was chosen. Answers the names of the clients.
    [[nodiscard]] virtual Task<Result<QStringList>> updateSetups() = 0;

    // Remote servers: see remote::Remotes
    virtual Result<> switchServer(const QString &name, bool isOn) = 0;
    /// Answers its name.
    [[nodiscard]] virtual Task<Result<QString>> addServer(QString url, QString title,
                                                          bool mayBePrivate) = 0;
    virtual Result<> removeServer(const QString &name) = 0;
    [[nodiscard]] virtual Task<Result<>> signInToServer(QString name) = 0;
    /// Answers what the person still has to do there; empty = nothing.
    [[nodiscard]] virtual Task<Result<QString>> signOutOfServer(QString name) = 0;
    [[nodiscard]] virtual Task<Result<>> testServer(QString name) = 0;
    virtual Result<> acceptTool(const QString &server, const QString &tool) = 0;

    // the provider
    [[nodiscard]] virtual Task<Result<>> signIn() = 0;
    virtual void cancelSignIn(const QString &id) = 0;
    /// Answers the sign-in with what was found out about the token.
    [[nodiscard]] virtual Task<Result<store::Login>> addApiToken(Secret token) = 0;
    /// Which of our scopes a sign-in is to open from now on; all of them is the default.
    virtual Result<> setSignInScopes(const ScopeSet &scopes) = 0;
    /// Asks the provider whether a sign-in works. The snapshot's login has what was learnt.
    [[nodiscard]] virtual Task<Result<>> testSignIn(LoginId login) = 0;
    [[nodiscard]] virtual Task<Result<>> signOut(LoginId login) = 0;
    virtual Result<> setProviderClient(const QString &clientId, const Secret &clientSecret) = 0;
    virtual Result<> importDevVars(const QString &file) = 0;
    virtual void useThisSessionOnly() = 0;
    [[nodiscard]] virtual Task<Result<>> retryKeychain() = 0;
    /// Gives up what a lost key sealed; see VaultKey.
    [[nodiscard]] virtual Task<Result<>> startAnew() = 0;
    [[nodiscard]] virtual Task<Result<>> rotateVaultKey() = 0;

    // Everything
    [[nodiscard]] virtual Task<Result<ForgetPlan>> planForgetting() = 0;
    /// Takes away all that the plan with this token names, except the files: they can go when the
    /// core has ended, which Core::forgotten() asks for. Answers what could not be taken away, a
    /// sentence each. Cancelled when something has come since; then nothing was touched.
    [[nodiscard]] virtual Task<Result<QStringList>> forgetEverything(QByteArray token) = 0;

    // History and settings
    /// The other half of verifying the audit trail: the core has the key of its seal.
    [[nodiscard]] virtual store::SealState checkAuditSeal(const store::AuditSeal &seal) = 0;
    virtual void clearHistory() = 0;
    /// Somebody changed the settings file through an instance of Settings of their own.
    virtual void applySettings() = 0;
};

/// What whoever gave a command is told.
template <typename Returned>
struct CommandAnswer {
    using Type = Returned;
};
template <>
struct CommandAnswer<void> {
    using Type = Result<>;
};
template <typename Returned>
struct CommandAnswer<Task<Returned>> {
    using Type = Returned;
};

/// Takes commands on any thread to where they are carried out:
/// `whenDone(commands.ask(&Commands::forgetClient, id), this, …)`.
class CommandQueue
{
public:
    virtual ~CommandQueue() = default;

    /// Calls the command, or anything else that takes Commands first. Take the answer with
    /// whenDone(): it arrives on the asking thread, or nowhere when the context is gone.
    template <typename Command, typename... Values>
    auto ask(Command command, Values... values)
    {
        using Returned = std::invoke_result_t<Command, Commands &, Values...>;
        using Answer = typename CommandAnswer<Returned>::Type;
        auto promise = std::make_shared<QPromise<Answer>>();
        QFuture<Answer> future = promise->future();
        promise->start();
        // Shared, since std::function copies its work, and secrets have no copies.
        auto given = std::make_shared<std::tuple<Values...>>(std::move(values)...);
        post([promise, command, given](Commands &commands) {
            const auto call = [&](Values &...each) {
                return std::invoke(command, commands, std::move(each)...);
            };
            if constexpr (std::is_same_v<Returned, Task<Answer>>) {
                fulfil(promise, std::apply(call, *given));
            } else {
                if constexpr (std::is_void_v<Returned>) {
                    std::apply(call, *given);
                    promise->addResult(Answer());
                } else {
                    promise->addResult(std::apply(call, *given));
                }
                promise->finish();
            }
        });
        return future;
    }

protected:
    virtual void post(std::function<void(Commands &)> work) = 0;

private:
    template <typename Answer>
    static Task<> fulfil(std::shared_ptr<QPromise<Answer>> promise, Task<Answer> task)
    {
        promise->addResult(co_await task);
        promise->finish();
    }
};

} // namespace flaredeck::service
